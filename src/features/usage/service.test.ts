import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { term } from '../../base/log-query/build.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { localOwner } from '../answer-faults.ts';
import { engines, type TestLog } from '../logs/both-engines.ts';
import type { LogRecord } from '../logs/record.ts';
import { makeRecord } from '../logs/testing.ts';
import { fitRange } from './grain.ts';
import { QUARTER } from './rollup.ts';
import { createUsageService } from './service.ts';

const NOW = Math.floor(Date.now() / HOUR) * HOUR + 37 * MINUTE + 123;
const TOKENS = ['0190f3c0-0000-7000-8000-000000000001', '0190f3c0-0000-7000-8000-000000000002'];

const traffic = fc.sample(
  fc.record({
    time: fc.oneof(
      fc.integer({ min: NOW - 2 * HOUR, max: NOW }),
      fc.integer({ min: NOW - 3 * DAY, max: NOW }),
      fc.integer({ min: NOW - 20 * DAY, max: NOW }),
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

  test('every number equals a count over the log of the same range', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.option(fc.constantFrom(...TOKENS), { nil: undefined }),
        fc.integer({ min: 0, max: 22 * DAY }),
        fc.oneof(fc.integer({ min: 1, max: 10 * HOUR }), fc.integer({ min: 1, max: 22 * DAY })),
        async (tokenId, age, length) => {
          const from = new Date(NOW - age);
          const to = new Date(NOW - age + length);
          const answer = await client().summary({ from, to, ...(tokenId ? { tokenId } : {}) });
          expect(answer.from.getTime()).toBeLessThanOrEqual(from.getTime());
          expect(answer.to.getTime()).toBeGreaterThanOrEqual(to.getTime());
          const grain = answer.grainMinutes * MINUTE;
          expect([answer.from.getTime() % grain, answer.to.getTime() % grain]).toEqual([0, 0]);
          const asked = {
            from: answer.from.getTime(),
            to: answer.to.getTime(),
            terms: tokenId ? [term('token', tokenId)] : [],
          };
          const page = { order: 'oldest', after: null, limit: 1e6 } as const;
          const found = await logs.log.search(asked, page, Number.POSITIVE_INFINITY);
          const rows = found.rows.map(({ record }) => record);

          expect(answer.total).toBe(rows.length);
          for (const [outcome, count] of Object.entries(answer.byOutcome))
            expect(count).toBe(rows.filter((row) => outcomeOf(row.status) === outcome).length);
          expect(Object.fromEntries(answer.byReason.map(({ reason, count }) => [reason, count]))).toEqual(
            countBy(rows, (row) => row.reason),
          );
          expect(
            Object.fromEntries(answer.byEndpoint.map(({ endpoint, count }) => [endpoint, count])),
          ).toEqual(countBy(rows, (row) => row.endpoint ?? '(no endpoint)'));
          for (const { endpoint, errors } of answer.byEndpoint)
            expect(errors).toBe(
              rows.filter((row) => (row.endpoint ?? '(no endpoint)') === endpoint && row.status >= 400)
                .length,
            );
          const average = rows.length ? sum(rows.map((row) => row.durationMs)) / rows.length : null;
          if (average === null) expect(answer.averageMs).toBeNull();
          else expect(answer.averageMs).toBeCloseTo(average, 6);

          expect(answer.series.length).toBeLessThanOrEqual(120);
          for (const [n, point] of answer.series.entries()) {
            const start = answer.from.getTime() + n * answer.seriesMinutes * MINUTE;
            const end = Math.min(start + answer.seriesMinutes * MINUTE, answer.to.getTime());
            const inside = rows.filter((row) => row.time >= start && row.time < end);
            expect([point.start.getTime(), point.count]).toEqual([start, inside.length]);
            expect(sum(Object.values(point.byOutcome))).toBe(point.count);
            expect(point.averageMs === null).toBe(inside.length === 0);
          }
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

  test('ranges are read by the minute while short and recent, else by the quarter hour', () => {
    const rangeOf = (length: number, age = length) => fitRange(NOW - age, NOW - age + length, NOW);
    expect(rangeOf(HOUR)).toMatchObject({ grain: 'minute', seriesMinutes: 1 });
    expect(rangeOf(12 * HOUR)).toMatchObject({ grain: 'minute', seriesMinutes: 10 });
    expect(rangeOf(DAY)).toMatchObject({ grain: 'quarter', seriesMinutes: 15 });
    expect(rangeOf(7 * DAY)).toMatchObject({ grain: 'quarter', seriesMinutes: 120 });
    expect(rangeOf(30 * DAY)).toMatchObject({ grain: 'quarter', seriesMinutes: 720 });
    expect(rangeOf(HOUR, 31 * DAY)).toMatchObject({ grain: 'quarter', seriesMinutes: 15 });
    expect(rangeOf(396 * DAY)).toMatchObject({ grain: 'quarter', seriesMinutes: 4 * 1440 });
    expect(rangeOf(50 * 365 * DAY).seriesMinutes % 1440).toBe(0);
  });
});
