import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../base/clock.ts';
import { compare, term } from '../../../base/log-query/build.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { OUTCOMES, outcomeOf, type ReasonCode } from '../../../base/reasons.ts';
import type { FacetField } from '../contract.ts';
import type { Place } from '../cursor.ts';
import type { Counts, Search } from '../log-store.ts';
import { matcher } from '../matches.ts';
import type { LogRecord } from '../record.ts';
import { dayOf, timeIn } from '../row-ids.ts';
import { makeRecord } from '../testing.ts';
import { summarise } from './block.ts';
import { countDays } from './count.ts';
import { MemoryDay } from './day.ts';
import {
  decodeColumns,
  decodeCounts,
  decodeDurations,
  decodePlaces,
  encodeColumns,
  encodeCounts,
  encodeDurations,
  encodePlaces,
} from './encode.ts';
import { groupOf, KnownGroups } from './group.ts';
import { type RecordSource, searchDays } from './search.ts';

const NOON = Date.UTC(2026, 10, 24, 12);

/** Records whose parts are few, so that they meet. */
const someRecord = fc
  .record({
    time: fc.integer({ min: -30, max: 30 }).map((hours) => NOON + hours * HOUR),
    jitter: fc.integer({ min: 0, max: 3 }),
    tokenName: fc.constantFrom('Payroll', 'Sync', null),
    endpoint: fc.constantFrom('GET /v1/shifts', 'GET /v1/shifts/{id}', 'POST /v1/reports', null),
    status: fc.constantFrom(200, 201, 403, 404, 429, 500),
    address: fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:db8::7'),
    durationMs: fc.constantFrom(0.5, 12, 250.25),
    path: fc.constantFrom('/v1/shifts', '/v1/shifts/7', '/v1/reports'),
  })
  .map(({ time, jitter, tokenName, ...rest }) =>
    makeRecord({
      ...rest,
      time: time + jitter,
      tokenName,
      tokenId: tokenName && `id-${tokenName}`,
      reason: rest.status === 429 ? ('limit.burst' as ReasonCode) : null,
    }),
  );

const someTerm: fc.Arbitrary<Term> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        ['token', 'Payroll'],
        ['token', 'id-Sync'],
        ['token', null],
        ['endpoint', 'GET /v1/shifts'],
        ['status', 429],
        ['outcome', 'denied'],
        ['reason', 'limit.burst'],
        ['address', '10.0.0.0/8'],
        ['path', '/v1/shifts'],
        ['text', 'reports'],
      ) as fc.Arbitrary<['token', string]>,
      fc.boolean(),
    )
    .map(([[field, value], excluded]) => term(field, value, excluded)),
  fc.constant(compare('ms', '>', 100)),
);

const someSearch = fc
  .record({
    from: fc.integer({ min: -40, max: 40 }),
    hours: fc.integer({ min: 0, max: 80 }),
    terms: fc.array(someTerm, { maxLength: 3 }),
  })
  .map(
    ({ from, hours, terms }): Search => ({
      from: NOON + from * HOUR,
      to: NOON + (from + hours) * HOUR + 2,
      terms,
    }),
  );

/** The records as days in memory, in the order given, and where their records are read. */
function daysOf(records: readonly LogRecord[]) {
  const known = new KnownGroups();
  const days = new Map<number, MemoryDay>();
  for (const [offset, record] of records.entries()) {
    const number = dayOf(record.time);
    const day = days.get(number) ?? new MemoryDay(number, known, 1);
    days.set(number, day);
    day.add(groupOf(record), record.address, {
      time: timeIn(number, record.time),
      duration: record.durationMs,
      segment: 0,
      offset,
      length: 1,
    });
  }
  const newest = [...days.values()].sort((a, b) => b.day - a.day);
  const source: RecordSource = {
    filter: (rows, { decide }) => rows.filter(({ offset }) => decide?.(records[offset] as LogRecord)),
  };
  return { newest, oldest: newest.toReversed(), source };
}

const matching = (records: readonly LogRecord[], { from, to, terms }: Search) =>
  records.filter((record) => record.time >= from && record.time < to && matcher(terms)(record));

describe('a search over columns', () => {
  test('finds in pages exactly what the terms say, in order of time, however little time each page has', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(someRecord, { maxLength: 160, size: 'max' }),
        someSearch,
        fc.constantFrom('newest', 'oldest'),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (records, search, order, limit, hurried) => {
          const { source, ...days } = daysOf(records);
          const budget = { isSpent: () => hurried, giveWay: async () => undefined };
          const found: number[] = [];
          for (let after: Place | null = null, pages = 0; ; pages++) {
            expect(pages).toBeLessThan(200);
            const page = await searchDays(days[order], search, { order, after, limit }, source, budget);
            expect(page.rows.length).toBeLessThanOrEqual(limit);
            found.push(...page.rows.map(({ offset }) => offset));
            if (page.next === null) break;
            after = page.next;
          }
          const place = (record: LogRecord) => records.indexOf(record);
          const expected = matching(records, search).sort((a, b) => a.time - b.time || place(a) - place(b));
          if (order === 'newest') expected.reverse();
          expect(found).toEqual(expected.map(place));
        },
      ),
      { numRuns: 200 },
    ));
});

describe('counts over columns', () => {
  const facets: FacetField[] = ['token', 'user', 'endpoint', 'method', 'status', 'reason', 'address'];

  test('are those of the records that match: in all, by bar and outcome, by each facet', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(someRecord, { maxLength: 160, size: 'max' }),
        someSearch,
        fc.array(fc.integer({ min: 1, max: 80 * 60 }), { maxLength: 6 }),
        async (records, search, inner) => {
          const { source, newest } = daysOf(records);
          const limits = inner
            .map((minutes) => search.from + minutes * MINUTE)
            .filter((bar) => bar < search.to);
          const bars = [...new Set([search.from, ...limits.sort((a, b) => a - b), search.to])];
          const pace = { isDue: () => true, giveWay: async () => undefined };
          let last: Counts | null = null;
          for await (const counts of countDays(newest, search, { bars, facets }, source, pace)) {
            const { countedTo } = counts;
            const rows = matching(records, {
              ...search,
              from: Math.max(search.from, countedTo ?? search.from),
            });
            expect(counts.total).toBeGreaterThanOrEqual(rows.length);
            last = counts;
          }
          const rows = matching(records, search);
          const outcomesOf = (some: readonly LogRecord[]) =>
            Object.fromEntries(
              OUTCOMES.map((outcome) => [
                outcome,
                some.filter(({ status }) => outcomeOf(status) === outcome).length,
              ]),
            );
          expect(last?.countedTo).toBe(null);
          expect(last?.total).toBe(rows.length);
          expect(last?.byOutcome).toEqual(outcomesOf(rows));
          expect(last?.bars).toEqual(
            bars
              .slice(0, -1)
              .map((bar, n) =>
                outcomesOf(rows.filter(({ time }) => time >= bar && time < (bars[n + 1] ?? 0))),
              ),
          );
          const counted = (field: FacetField) =>
            Object.fromEntries(
              [...(last?.facets.get(field) ?? [])].map(([value, { count }]) => [String(value), count]),
            );
          const expected = (of: (record: LogRecord) => unknown) =>
            Object.fromEntries(
              [...Map.groupBy(rows, of)].map(([value, some]) => [String(value), some.length]),
            );
          expect(counted('token')).toEqual(expected(({ tokenId }) => tokenId));
          expect(counted('endpoint')).toEqual(expected(({ endpoint }) => endpoint));
          expect(counted('status')).toEqual(expected(({ status }) => status));
          expect(counted('reason')).toEqual(expected(({ reason }) => reason));
          expect(counted('address')).toEqual(expected(({ address }) => address));
        },
      ),
      { numRuns: 150 },
    ));
});

test('numbers are as they were, however many bytes they take', () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 70_000 }), fc.nat({ max: 70_000 })), {
        minLength: 1,
        maxLength: 9,
      }),
      (rows) => {
        const column = (at: 0 | 1 | 2) => Uint32Array.from(rows, (row) => row[at]);
        const columns = { rows: rows.length, times: column(0), groups: column(1), addresses: column(2) };
        const { times, groups, addresses } = decodeColumns(encodeColumns(columns));
        expect([[...times], [...groups], [...addresses]]).toEqual(
          [columns.times, columns.groups, columns.addresses].map((numbers) => [...numbers]),
        );
      },
    ),
  ));

test('columns, places and summaries are what they were after they were bytes', () =>
  fc.assert(
    fc.property(fc.array(someRecord, { minLength: 1, maxLength: 30 }), (records) => {
      const day = daysOf(records.map((record) => ({ ...record, time: NOON }))).newest[0] as MemoryDay;
      const block = day.blocks[0] as ReturnType<typeof summarise>;
      const columns = day.columns(block);
      const { times, groups, addresses, rows: stored } = decodeColumns(encodeColumns(columns));
      expect([stored, [...times], [...groups], [...addresses]]).toEqual([
        columns.rows,
        [...columns.times],
        [...columns.groups],
        [...columns.addresses],
      ]);
      expect(decodeDurations(encodeDurations(columns))).toEqual(columns.durations);
      expect(decodePlaces(encodePlaces(day.places(block)))).toEqual(day.places(block));
      const { id, rows, first, last, ...counts } = summarise(0, day.columns(block));
      expect(decodeCounts(encodeCounts({ id, rows, first, last, ...counts }))).toEqual(counts);
    }),
  ));
