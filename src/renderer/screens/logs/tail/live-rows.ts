import type { LogRow } from '../../../../features/logs/contract.ts';

/** Newest first; ids of one millisecond are in the order in which they were given. */
const byTime = (a: LogRow, b: LogRow): number =>
  b.time.getTime() - a.time.getTime() || (a.requestId < b.requestId ? 1 : a.requestId > b.requestId ? -1 : 0);

/** Rows with others added: newest first, none twice, at most `most` of them. */
export function mergeRows(rows: readonly LogRow[], more: readonly LogRow[], most: number): LogRow[] {
  const seen = new Set(rows.map(({ requestId }) => requestId));
  const fresh = more.filter(({ requestId }) => !seen.has(requestId) && seen.add(requestId));
  return fresh.length === 0 ? [...rows] : [...rows, ...fresh].sort(byTime).slice(0, most);
}
