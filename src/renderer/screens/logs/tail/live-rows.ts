import type { LogRow } from '../../../../features/logs/contract.ts';

const byTime = (a: LogRow, b: LogRow): number => b.time.getTime() - a.time.getTime();

/**
 * Rows with others added: newest first, none twice, at most `most` of them.
 * @param more in the order in which they came into the log
 */
export function mergeRows(rows: readonly LogRow[], more: readonly LogRow[], most: number): LogRow[] {
  const seen = new Set(rows.map(({ requestId }) => requestId));
  const fresh = more.filter(({ requestId }) => !seen.has(requestId) && seen.add(requestId));
  return [...fresh.reverse(), ...rows].sort(byTime).slice(0, most);
}
