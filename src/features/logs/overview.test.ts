import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, systemClock } from '../../base/clock.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { engines, type TestLog } from './both-engines.ts';
import { facetField, type LogOverview } from './contract.ts';
import { overviewOf } from './overview.ts';
import type { LogRecord } from './record.ts';
import { all, filters, NOON, recordsOf, TOKENS } from './sample-records.ts';

/** How many of the records had each outcome. */
function countsOf(records: readonly LogRecord[]): LogOverview['byOutcome'] {
  const counts = { admitted: 0, clientError: 0, limited: 0, denied: 0, serverError: 0 };
  for (const { status } of records) counts[outcomeOf(status)] += 1;
  return counts;
}

const FACETS = {
  token: (record: LogRecord) => record.tokenId,
  user: (record: LogRecord) => record.userId,
  endpoint: (record: LogRecord) => record.endpoint,
  method: (record: LogRecord) => record.method,
  status: (record: LogRecord) => String(record.status),
  reason: (record: LogRecord) => record.reason,
  address: (record: LogRecord) => record.address,
};

const PLAIN = { filter: {}, bars: 60, zone: 'UTC', facets: [], top: 10 };

describe.each(engines)('the overview of the request log in %s', (_, makeLog) => {
  let logs: TestLog;
  beforeAll(async () => {
    logs = await makeLog();
    await logs.write(all);
  });
  afterAll(() => logs.close());

  /** What an overview says at its end; every step of the way there it has no less than before. */
  async function overview(asked: Partial<Parameters<typeof overviewOf>[1]>, { log } = logs) {
    let last: LogOverview | null = null;
    for await (const counts of overviewOf(log, { ...PLAIN, ...asked }, systemClock)()) {
      expect(last?.complete ?? false).toBe(false);
      expect(counts.total).toBeGreaterThanOrEqual(last?.total ?? 0);
      last = counts;
    }
    if (last === null) throw new Error('there was no overview');
    expect(last.complete).toBe(true);
    return last;
  }

  test('an overview counts exactly the rows of its filter: in all, in every bar, by every facet', async () => {
    const facets = fc.uniqueArray(fc.constantFrom(...facetField.options), { maxLength: 7 });
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu');
    const [bars, top] = [fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 50 })];
    await fc.assert(
      fc.asyncProperty(fc.record({ filter: filters, facets, zone: zones, bars, top }), async (asked) => {
        const records = recordsOf(asked.filter);
        const counts = await overview(asked);
        expect(counts.total).toBe(records.length);
        const between = (from: Date, to: Date) =>
          countsOf(records.filter(({ time }) => time >= from.getTime() && time < to.getTime()));
        expect(counts.byOutcome).toEqual(countsOf(records));
        for (const bar of counts.bars) expect(bar.byOutcome).toEqual(between(bar.start, bar.end));
        for (const [at, bar] of counts.bars.entries())
          expect(bar.start).toEqual(counts.bars[at - 1]?.end ?? counts.from);
        if (counts.bars.length > 0) expect(counts.bars.at(-1)?.end).toEqual(counts.to);
        expect(counts.facets.map(({ field }) => field)).toEqual(asked.facets);
        for (const { field, values, others } of counts.facets) {
          const expected = Map.groupBy(records, FACETS[field]);
          expect(values.length).toBe(Math.min(asked.top, expected.size));
          for (const { value, count } of values) expect(count).toBe(expected.get(value as never)?.length);
          expect(values).toEqual(values.toSorted((a, b) => b.count - a.count));
          expect(values.reduce((sum, { count }) => sum + count, others)).toBe(records.length);
        }
      }),
      { numRuns: 80 },
    );
  }, 120_000);

  test('an overview begins with the oldest row and ends now, and names what an id stands for', async () => {
    const counts = await overview({ facets: ['token', 'user'], bars: 24, zone: 'Europe/Berlin' });
    expect(counts.from.getTime()).toBe(Math.min(...all.map((record) => record.time)));
    expect(counts.to.getTime()).toBeGreaterThan(Math.max(...all.map((record) => record.time)));
    const [token, user] = counts.facets;
    expect(token?.values.find(({ value }) => value === TOKENS[0])?.label).toBe('Payroll');
    expect(token?.values.find(({ value }) => value === null)?.label).toBeNull();
    expect(user?.values).toEqual([{ value: all[0]?.userId, label: 'Ada', count: all.length }]);
  });

  test('an overview of nothing has no rows and no bars', async () => {
    const other = await makeLog();
    expect(await overview({ facets: ['status'] }, other)).toMatchObject({ total: 0, bars: [] });
    await other.close();
    const [from, to] = [new Date(NOON), new Date(NOON - DAY)];
    expect(await overview({ filter: { from, to } })).toMatchObject({ total: 0, bars: [] });
    expect(await overview({ filter: { query: 'status:418' }, facets: ['status'] })).toMatchObject({
      total: 0,
      facets: [{ values: [], others: 0 }],
    });
  });
});
