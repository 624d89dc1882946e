/** A value of a table that is charted: text, a number, an instant, or nothing (a gap). */
export type Cell = string | number | Date | null;

/** A chart's numbers, as its table and its CSV show them. */
export interface ChartData {
  /** Column headings, with their units. */
  columns: string[];
  rows: Cell[][];
}

/** No spreadsheet takes a cell for a formula: what could start one gets an apostrophe before it. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A chart's numbers as CSV (RFC 4180). Gaps are empty cells, times ISO 8601 in UTC. */
export const toCsv = ({ columns, rows }: ChartData): string =>
  [columns, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
