/** The columns that the log's table can have, in the order in which they are offered. */
export const COLUMN_IDS = [
  'time',
  'status',
  'request',
  'endpoint',
  'token',
  'user',
  'address',
  'duration',
  'reason',
  'in',
  'out',
  'agent',
  'id',
] as const;
export type ColumnId = (typeof COLUMN_IDS)[number];

/** The columns of a view that chose none. */
export const firstColumns = (wide: boolean): readonly ColumnId[] =>
  wide
    ? ['time', 'status', 'request', 'endpoint', 'token', 'address', 'duration', 'reason']
    : ['time', 'status', 'request', 'token', 'address', 'duration', 'reason'];

/** Reads a choice of columns, what is no column left out; null: none was made. */
export function readColumns(names: readonly string[] | null): readonly ColumnId[] | null {
  if (names === null) return null;
  const known = COLUMN_IDS.filter((id) => names.includes(id));
  return known.length === 0 ? null : known.sort((a, b) => names.indexOf(a) - names.indexOf(b));
}
