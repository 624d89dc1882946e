import { HOUR, MINUTE } from '../../base/clock.ts';
import { OUTCOMES, type Outcome, outcomeOf } from '../../base/reasons.ts';
import type { UsageSummary } from './contract.ts';
import type { UsageRange } from './grain.ts';
import { rolledUpTokens } from './rolled-up-tokens.ts';
import { GRAINS, QUARTER } from './rollup.ts';
import { ALL_TOKENS, readUsage } from './usage-file.ts';

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
export function summarise(instanceFile: string, tokenId: string | null, range: UsageRange): UsageSummary {
  const step = range.seriesMinutes * MINUTE;
  const total = new Tally();
  const points = Array.from({ length: Math.ceil((range.to - range.from) / step) }, () => new Tally());
  const byEndpoint = new Map<string, Tally>();
  const byReason = new Map<string, { reason: string; status: number; count: number }>();
  for (const sum of readSums(instanceFile, tokenId, range, step)) {
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

function readSums(instanceFile: string, tokenId: string | null, range: UsageRange, step: number): Sum[] {
  const sums = readUsage(instanceFile, (file) =>
    file
      .prepare<[number, number, string, number, number], Sum>(
        `SELECT CAST((bucket - ?) / ? AS INTEGER) AS point, endpoint, status, reason,
           sum(count) AS count, sum(duration_us) AS durationUs
         FROM ${range.grain} WHERE token_id = ? AND bucket >= ? AND bucket < ?
         GROUP BY point, endpoint, status, reason`,
      )
      .all(range.from, step, tokenId ?? ALL_TOKENS, range.from, range.to),
  );
  return sums ?? [];
}

const HOURS = 24;

/** Requests an hour of each token in the 24 hours up to `now`, oldest first; hours end with a quarter hour. */
export function readSparklines(instanceFile: string, now: number): { tokenId: string; counts: number[] }[] {
  const to = Math.floor(now / QUARTER) * QUARTER + QUARTER;
  const from = to - HOURS * HOUR;
  const lines = readUsage(instanceFile, (file) => {
    const hours = file.prepare<[number, number, string, number, number], { hour: number; count: number }>(
      `SELECT CAST((bucket - ?) / ? AS INTEGER) AS hour, sum(count) AS count
       FROM quarter WHERE token_id = ? AND bucket >= ? AND bucket < ? GROUP BY hour`,
    );
    return rolledUpTokens(file, 'quarter')
      .filter((token) => token !== '' && token !== ALL_TOKENS)
      .map((tokenId) => {
        const counts = Array.from({ length: HOURS }, () => 0);
        for (const { hour, count } of hours.all(from, HOUR, tokenId, from, to)) counts[hour] = count;
        return { tokenId, counts };
      })
      .filter(({ counts }) => counts.some((count) => count > 0));
  });
  return lines ?? [];
}

/** How many requests each of these tokens made in a range. */
export function readTotals(
  instanceFile: string,
  tokenIds: readonly string[],
  range: UsageRange,
): { tokenId: string; total: number }[] {
  const totals = readUsage(instanceFile, (file) => {
    const sum = file
      .prepare<[string, number, number], number>(
        `SELECT coalesce(sum(count), 0) FROM ${range.grain} WHERE token_id = ? AND bucket >= ? AND bucket < ?`,
      )
      .pluck();
    return tokenIds.map((tokenId) => ({ tokenId, total: sum.get(tokenId, range.from, range.to) ?? 0 }));
  });
  return totals ?? tokenIds.map((tokenId) => ({ tokenId, total: 0 }));
}

/**
 * The endpoints (as "GET /v1/shifts/{id}") that each of these tokens used, by its id, as far back as roll-ups go. What the
 * gateway denied or limited is no use.
 */
export function endpointsUsed(instanceFile: string, tokenIds: readonly string[]): Map<string, string[]> {
  const used = readUsage(instanceFile, (file) => {
    const endpoints = file.prepare<[string], { endpoint: string; status: number }>(
      `SELECT DISTINCT endpoint, status FROM quarter WHERE token_id = ? AND endpoint != ''`,
    );
    return tokenIds.map((token): [string, string[]] => [
      token,
      endpoints
        .all(token)
        .filter(({ status }) => !['denied', 'limited'].includes(outcomeOf(status)))
        .map(({ endpoint }) => endpoint),
    ]);
  });
  return new Map(used ?? []);
}
