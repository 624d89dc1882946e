import type { UsageSummary } from './contract.ts';
import type { UsageSeries } from './grain.ts';
import { Tally } from './tally.ts';

/** How requests that matched no endpoint are grouped. */
const NO_ENDPOINT = '(no endpoint)';

const compareTexts = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** What came of the requests of a range, from the tallies of its points. */
export function shownTotals(
  { from, to, points }: UsageSeries,
  tallies: readonly Tally[],
): NonNullable<UsageSummary['previous']> {
  const total = new Tally();
  for (const tally of tallies) total.merge(tally);
  return {
    from: new Date(from),
    to: new Date(to),
    total: total.count,
    byOutcome: total.byOutcome,
    averageMs: total.averageMs,
    ...total.percentiles,
    series: tallies.map(({ count, byOutcome, averageMs, percentiles }, at) => ({
      start: new Date(points[at] as number),
      end: new Date(points[at + 1] as number),
      count,
      byOutcome,
      averageMs,
      ...percentiles,
    })),
  };
}

/** Most first; the empty text is that of requests which matched none. */
export const shownEndpoints = (byEndpoint: Iterable<[string, Tally]>): UsageSummary['byEndpoint'] =>
  [...byEndpoint]
    .map(([endpoint, { count, byOutcome, averageMs, percentiles }]) => ({
      endpoint: endpoint || NO_ENDPOINT,
      count,
      errors: count - byOutcome.admitted,
      averageMs: averageMs ?? 0,
      ...percentiles,
    }))
    .sort((a, b) => b.count - a.count || compareTexts(a.endpoint, b.endpoint));

/** Most first, without those that have none. */
export const shownReasons = (
  reasons: readonly { reason: string; status: number; count: number }[],
): UsageSummary['byReason'] =>
  reasons
    .filter(({ reason }) => reason !== '')
    .sort((a, b) => b.count - a.count || compareTexts(a.reason, b.reason) || a.status - b.status);
