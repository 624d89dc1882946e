import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { term } from '../../base/log-query/build.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { wallClockSteps } from '../../base/wall-clock.ts';
import { localOwner } from '../answer-faults.ts';
import { engines, type TestLog } from '../logs/both-engines.ts';
import type { LogRecord } from '../logs/record.ts';
import { makeRecord } from '../logs/testing.ts';
import { QUARTER } from './cell-id.ts';
import type { UsageSummary } from './contract.ts';
import { fitRange, fitSeries } from './grain.ts';
import { createUsageService } from './service.ts';

/** Behind it lie changes of the clock in Europe, America and Australia. */
const NOW = Date.UTC(2026, 10, 18, 10, 37, 12, 123);
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
const TOKENS = ['0190f3c0-0000-7000-8000-000000000001', '0190f3c0-0000-7000-8000-000000000002'];

const traffic = fc.sample(
  fc.record({
    time: fc.oneof(
      fc.integer({ min: NOW - 2 * HOUR, max: NOW }),
      fc.integer({ min: NOW - 3 * DAY, max: NOW }),
      fc.integer({ min: NOW - 50 * DAY, max: NOW }),
    ),
    tokenId: fc.constantFrom(...TOKENS, null),
    answer: fc.constantFrom(
      ...([
        [200, null],
        [204, null],
        [401, 'token.missing'],
        [403, 'scope.method'],
        [404, 'endpoint.unknown'],
        [429, 'limit.hour'],
        [499, 'client.closed'],
        [502, 'upstream.failed'],
      ] as const),
    ),
    endpoint: fc.constantFrom('GET /v1/shifts', 'POST /v1/shifts', null),
    durationMs: fc.integer({ min: 0, max: 5_000_000 }).map((us) => us / 1_000),
  }),
  { numRuns: 600, seed: 7 },
);

const records = traffic.map(({ answer, ...rest }) =>
  makeRecord({ ...rest, status: answer[0], reason: answer[1], tag: rest.endpoint ? 'shifts' : null }),
);

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const countBy = (rows: readonly LogRecord[], key: (row: LogRecord) => string | null) => {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const name = key(row);
    if (name !== null) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

type Totals = NonNullable<UsageSummary['previous']>;
type Durations = Pick<Totals, 'averageMs' | 'p50Ms' | 'p95Ms' | 'p99Ms'>;

/** That an average is that of the rows, and percentiles theirs to the error. */
function expectDurations({ averageMs, p50Ms, p95Ms, p99Ms }: Durations, rows: readonly LogRecord[]): void {
  if (rows.length === 0) {
    expect([averageMs, p50Ms, p95Ms, p99Ms]).toEqual([null, null, null, null]);
    return;
  }
  const durations = rows.map((row) => row.durationMs).sort((a, b) => a - b);
  expect(averageMs).toBeCloseTo(sum(durations) / durations.length, 6);
  for (const [found, percent] of [
    [p50Ms, 50],
    [p95Ms, 95],
    [p99Ms, 99],
  ] as const) {
    const exact = durations[Math.ceil((percent * durations.length) / 100) - 1] as number;
    expect(Math.abs((found as number) - exact)).toBeLessThanOrEqual(exact * 0.010001);
  }
}

/** That totals and every point of their series are counts over these rows. */
function expectTotals(totals: Totals, rows: readonly LogRecord[]): void {
  const expectOf = (counted: Omit<Totals, 'series' | 'from' | 'to'>, of: readonly LogRecord[]) => {
    expect(counted.total).toBe(of.length);
    for (const [outcome, count] of Object.entries(counted.byOutcome))
      expect(count).toBe(of.filter((row) => outcomeOf(row.status) === outcome).length);
    expectDurations(counted, of);
  };
  expectOf(totals, rows);
  expect(totals.series.length).toBeLessThanOrEqual(122);
  let at = totals.from;
  for (const { count, ...point } of totals.series) {
    expect(point.start).toEqual(at);
    const inside = rows.filter((row) => row.time >= +point.start && row.time < +point.end);
    expectOf({ total: count, ...point }, inside);
    at = point.end;
  }
  expect(at).toEqual(totals.to);
}

describe.each(engines)('usage in %s', (_, makeLog) => {
  let logs: TestLog;
  const client = ({ usage, log } = logs) =>
    createRouterClient(
      createUsageService({ usage, bringIn: log.bringIn, clock: { now: () => NOW, monotonic: () => NOW } }),
      { context: localOwner('test') },
    );
  beforeAll(async () => {
    logs = await makeLog();
    await logs.write(records);
  });
  afterAll(() => logs.close());

  /** The log's rows of a range. */
  async function rowsOf(range: { from: Date; to: Date }, tokenId: string | undefined): Promise<LogRecord[]> {
    const terms = tokenId ? [term('token', tokenId)] : [];
    const asked = { from: range.from.getTime(), to: range.to.getTime(), terms };
    const page = { order: 'oldest', after: null, limit: 1e6 } as const;
    const found = await logs.log.search(asked, page, Number.POSITIVE_INFINITY);
    return found.rows.map(({ record }) => record);
  }

  test('every number equals a count over the log, whatever the range, the token and the zone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.constantFrom(...TOKENS), { nil: undefined }),
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 55 * DAY }),
        fc.oneof(
          fc.integer({ min: 1, max: 10 * HOUR }),
          fc.integer({ min: 1, max: 55 * DAY }),
          fc.integer({ min: 1, max: 400 * DAY }),
        ),
        fc.boolean(),
        async (tokenId, zone, age, length, compare) => {
          const from = new Date(NOW - age);
          const to = new Date(NOW - age + length);
          const answer = await client().summary({ from, to, zone, compare, ...(tokenId ? { tokenId } : {}) });
          expect(answer.from.getTime()).toBeLessThanOrEqual(from.getTime());
          expect(answer.to.getTime()).toBeGreaterThanOrEqual(to.getTime());
          const grain = answer.grainMinutes * MINUTE;
          expect([answer.from.getTime() % grain, answer.to.getTime() % grain]).toEqual([0, 0]);

          const rows = await rowsOf(answer, tokenId);
          expectTotals(answer, rows);
          expect(
            Object.fromEntries(
              answer.byReason.map(({ reason, status, count }) => [`${reason} ${status}`, count]),
            ),
          ).toEqual(countBy(rows, (row) => row.reason && `${row.reason} ${row.status}`));
          expect(
            Object.fromEntries(answer.byEndpoint.map(({ endpoint, count }) => [endpoint, count])),
          ).toEqual(countBy(rows, (row) => row.endpoint ?? '(no endpoint)'));
          for (const { endpoint, errors, averageMs, ...percentiles } of answer.byEndpoint) {
            const ofEndpoint = rows.filter((row) => (row.endpoint ?? '(no endpoint)') === endpoint);
            expect(errors).toBe(ofEndpoint.filter((row) => row.status >= 400).length);
            expectDurations({ averageMs, ...percentiles }, ofEndpoint);
          }
          const steps = wallClockSteps(+answer.from, +answer.to, answer.seriesMinutes * MINUTE, zone);
          expect(answer.series.map(({ start }) => start.getTime())).toEqual(steps.slice(0, -1));

          if (!compare) expect(answer.previous).toBeNull();
          if (answer.previous === null) return;
          expect(answer.previous.to).toEqual(answer.from);
          expect(+answer.previous.to - +answer.previous.from).toBe(+answer.to - +answer.from);
          expect(answer.previous.series.length).toBe(answer.series.length);
          expectTotals(answer.previous, await rowsOf(answer.previous, tokenId));
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  test('without a range, it is the last 24 hours in 96 points or 97', async () => {
    const answer = await client().summary({});
    expect(answer.to.getTime() - answer.from.getTime()).toBeLessThanOrEqual(DAY + QUARTER);
    expect(answer.seriesMinutes).toBe(15);
    expect([96, 97]).toContain(answer.series.length);
  });

  test('a range that ends before it starts is refused', async () => {
    const from = new Date(NOW);
    await expect(client().summary({ from, to: from })).rejects.toMatchObject({
      data: { code: 'input.invalid' },
    });
  });

  test('an instance without any request has zeros', async () => {
    const empty = await makeLog();
    const answer = await client(empty).summary({});
    expect([answer.total, answer.averageMs, answer.byEndpoint]).toEqual([0, null, []]);
    expect(answer.series.every((point) => point.count === 0 && point.averageMs === null)).toBe(true);
    expect(await client(empty).sparklines()).toEqual([]);
    await empty.close();
  });

  test('sparklines count the last 24 hours of each token', async () => {
    const lines = await client().sparklines();
    expect(lines.map(({ tokenId }) => tokenId).sort()).toEqual(TOKENS);
    const end = Math.floor(NOW / QUARTER) * QUARTER + QUARTER;
    for (const { tokenId, counts } of lines)
      expect(counts).toEqual(
        Array.from({ length: 24 }, (_, n) => {
          const start = end - (24 - n) * HOUR;
          return traffic.filter((t) => t.tokenId === tokenId && t.time >= start && t.time < start + HOUR)
            .length;
        }),
      );
  });

  test('a zone that does not exist is refused', async () => {
    await expect(client().summary({ zone: 'Europe/Nowhere' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('ranges are read by the minute while short and recent, else by the quarter hour', () => {
    const rangeOf = (length: number, age = length, compare = 0) => {
      const range = fitRange(NOW - age, NOW - age + length, NOW, NOW - age - compare);
      return { grain: range.grain, seriesMinutes: fitSeries(range, 'UTC').seriesMinutes };
    };
    expect(rangeOf(HOUR)).toEqual({ grain: MINUTE, seriesMinutes: 1 });
    expect(rangeOf(12 * HOUR)).toEqual({ grain: MINUTE, seriesMinutes: 10 });
    expect(rangeOf(DAY)).toEqual({ grain: QUARTER, seriesMinutes: 15 });
    expect(rangeOf(7 * DAY)).toEqual({ grain: QUARTER, seriesMinutes: 120 });
    expect(rangeOf(30 * DAY)).toEqual({ grain: QUARTER, seriesMinutes: 720 });
    expect(rangeOf(HOUR, 31 * DAY)).toEqual({ grain: QUARTER, seriesMinutes: 15 });
    expect(rangeOf(HOUR, 28 * DAY, 2 * DAY)).toEqual({ grain: QUARTER, seriesMinutes: 15 });
    expect(rangeOf(396 * DAY)).toEqual({ grain: QUARTER, seriesMinutes: 4 * 1440 });
    expect(rangeOf(50 * 365 * DAY).seriesMinutes % 1440).toBe(0);
  });
});
