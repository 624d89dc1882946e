import { HOUR, MINUTE } from '../../base/clock.ts';
import { OUTCOMES, type Outcome, outcomeOf } from '../../base/reasons.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import type { UsageSummary } from './contract.ts';
import type { UsageRange } from './grain.ts';
import { GRAINS, QUARTER } from './rollup.ts';
import { ALL_TOKENS } from './usage-file.ts';

/** How requests that matched no endpoint are grouped. */
const NO_ENDPOINT = '(no endpoint)';

interface Sum {
  point: number;
  endpoint: string;
  status: number;
  reason: string;
  count: number;
  durationUs: number;
}

const noOutcomes = (): Record<Outcome, number> =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;

const average = (durationUs: number, count: number) => (count === 0 ? null : durationUs / count / 1_000);

/** Counts and durations that belong together. */
class Tally {
  count = 0;
  durationUs = 0;
  readonly byOutcome = noOutcomes();

  add(sum: Sum): void {
    this.count += sum.count;
    this.durationUs += sum.durationUs;
    this.byOutcome[outcomeOf(sum.status)] += sum.count;
  }

  get averageMs(): number | null {
    return average(this.durationUs, this.count);
  }
}

/** Sums up a range for one token, or for all (null). Every point of the series is there, with zero if nothing was. */
export function* summarise(tokenId: string | null, range: UsageRange): Reads<UsageSummary> {
  const step = range.seriesMinutes * MINUTE;
  const total = new Tally();
  const points = Array.from({ length: Math.ceil((range.to - range.from) / step) }, () => new Tally());
  const byEndpoint = new Map<string, Tally>();
  const byReason = new Map<string, { reason: string; status: number; count: number }>();
  for (const sum of yield* readSums(tokenId, range, step)) {
    total.add(sum);
    points[sum.point]?.add(sum);
    const endpoint = sum.endpoint || NO_ENDPOINT;
    const tally = byEndpoint.get(endpoint) ?? new Tally();
    byEndpoint.set(endpoint, tally);
    tally.add(sum);
    if (sum.reason === '') continue;
    const key = `${sum.reason} ${sum.status}`;
    const known = byReason.get(key);
    if (known) known.count += sum.count;
    else byReason.set(key, { reason: sum.reason, status: sum.status, count: sum.count });
  }
  return {
    from: new Date(range.from),
    to: new Date(range.to),
    grainMinutes: GRAINS[range.grain] / MINUTE,
    total: total.count,
    byOutcome: total.byOutcome,
    byReason: [...byReason.values()].sort((a, b) => b.count - a.count),
    byEndpoint: [...byEndpoint]
      .map(([endpoint, tally]) => ({
        endpoint,
        count: tally.count,
        errors: tally.count - tally.byOutcome.admitted,
        averageMs: tally.averageMs ?? 0,
      }))
      .sort((a, b) => b.count - a.count),
    series: points.map((tally, index) => ({
      start: new Date(range.from + index * step),
      count: tally.count,
      byOutcome: tally.byOutcome,
      averageMs: tally.averageMs,
    })),
    seriesMinutes: range.seriesMinutes,
    averageMs: total.averageMs,
  };
}

const readSums = (tokenId: string | null, range: UsageRange, step: number): Reads<Sum[]> =>
  rowsOf<Sum>(
    `SELECT CAST((bucket - ?) / ? AS INTEGER) AS point, endpoint, status, reason,
       sum(count) AS count, sum(duration_us) AS "durationUs"
     FROM ${range.grain} WHERE token_id = ? AND bucket >= ? AND bucket < ?
     GROUP BY point, endpoint, status, reason`,
    range.from,
    step,
    tokenId ?? ALL_TOKENS,
    range.from,
    range.to,
  );

const HOURS = 24;

/** Requests an hour of each token in the 24 hours up to `now`, oldest first; hours end with a quarter hour. */
export function* readSparklines(now: number): Reads<{ tokenId: string; counts: number[] }[]> {
  const to = Math.floor(now / QUARTER) * QUARTER + QUARTER;
  const from = to - HOURS * HOUR;
  // The tokens first, one look-up in the primary key each, however many rows they have.
  const rows = yield* rowsOf<{ tokenId: string; hour: number; count: number }>(
    `WITH RECURSIVE rolled_up (token_id) AS (
       SELECT min(token_id) FROM quarter WHERE token_id > ''
       UNION ALL
       SELECT (SELECT min(q.token_id) FROM quarter q WHERE q.token_id > r.token_id)
       FROM rolled_up r WHERE r.token_id IS NOT NULL
     )
     SELECT q.token_id AS "tokenId", CAST((q.bucket - ?) / ? AS INTEGER) AS hour, sum(q.count) AS count
     FROM rolled_up r JOIN quarter q ON q.token_id = r.token_id
     WHERE r.token_id <> ? AND q.bucket >= ? AND q.bucket < ? GROUP BY q.token_id, hour ORDER BY q.token_id`,
    from,
    HOUR,
    ALL_TOKENS,
    from,
    to,
  );
  const lines = new Map<string, number[]>();
  for (const { tokenId, hour, count } of rows) {
    const counts = lines.get(tokenId) ?? Array.from({ length: HOURS }, () => 0);
    counts[hour] = count;
    lines.set(tokenId, counts);
  }
  return [...lines].map(([tokenId, counts]) => ({ tokenId, counts }));
}

/** How many requests each of these tokens made in a range. */
export function* readTotals(
  tokenIds: readonly string[],
  range: UsageRange,
): Reads<{ tokenId: string; total: number }[]> {
  const rows = yield* rowsOf<{ tokenId: string; total: number }>(
    `SELECT token_id AS "tokenId", sum(count) AS total FROM ${range.grain}
     WHERE token_id IN (SELECT value FROM json_each(?)) AND bucket >= ? AND bucket < ? GROUP BY token_id`,
    JSON.stringify(tokenIds),
    range.from,
    range.to,
  );
  const totals = new Map(rows.map(({ tokenId, total }) => [tokenId, total]));
  return tokenIds.map((tokenId) => ({ tokenId, total: totals.get(tokenId) ?? 0 }));
}

/**
 * The endpoints (as "GET /v1/shifts/{id}") that each of these tokens used, by its id, as far back as roll-ups go. What the
 * gateway denied or limited is no use.
 */
export function* endpointsUsed(tokenIds: readonly string[]): Reads<Map<string, string[]>> {
  const rows = yield* rowsOf<{ tokenId: string; endpoint: string; status: number }>(
    `SELECT DISTINCT token_id AS "tokenId", endpoint, status FROM quarter
     WHERE token_id IN (SELECT value FROM json_each(?)) AND endpoint != ''`,
    JSON.stringify(tokenIds),
  );
  const used = new Map<string, string[]>(tokenIds.map((tokenId) => [tokenId, []]));
  for (const { tokenId, endpoint, status } of rows)
    if (!['denied', 'limited'].includes(outcomeOf(status))) used.get(tokenId)?.push(endpoint);
  return used;
}
