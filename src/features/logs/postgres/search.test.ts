import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY, MINUTE } from '../../../base/clock.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { outcomeOf } from '../../../base/reasons.ts';
import type { FacetField } from '../contract.ts';
import type { Counts, Page, Search } from '../log-store.ts';
import { matcher } from '../matches.ts';
import type { LogRecord } from '../record.ts';
import { makeRecord } from '../testing.ts';
import { makePostgresLog } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;
const TOKENS = ['0190f3c0-0000-7000-8000-000000000001', '0190f3c0-0000-7000-8000-000000000002'] as const;
const ENDPOINTS = [
  { endpoint: 'GET /v1/shifts', tag: 'shifts', method: 'GET' },
  { endpoint: 'POST /v1/shifts', tag: 'shifts', method: 'POST' },
  { endpoint: 'GET /v1/shifts/{id}', tag: 'Rota%_', method: 'GET' },
  { endpoint: null, tag: 'shifts', method: 'DELETE' },
] as const;
const ANSWERS = [
  { status: 200, reason: null },
  { status: 200, reason: 'client.closed' },
  { status: 403, reason: 'scope.method' },
  { status: 404, reason: 'resource.unknown' },
  { status: 429, reason: 'limit.hour' },
  { status: 500, reason: 'gateway.failed' },
  { status: 999, reason: 'upstream.failed' },
] as const;

const records: LogRecord[] = Array.from({ length: 700 }, (_, n) => {
  const hasToken = n % 11 !== 0;
  return makeRecord({
    time: NOON - Math.floor((n * n) / 2) * 1_000 - (n % 5) * DAY,
    tokenId: hasToken ? (TOKENS[n % 2] ?? null) : null,
    // Renamed meanwhile.
    tokenName: hasToken || n % 5 === 0 ? (['Payroll', 'Straße', 'payroll EU'][n % 3] ?? null) : null,
    userId: hasToken ? `user-${n % 4}` : null,
    userName: hasToken ? (['Ada', 'Zoë', 'A*B', 'C\\D'][n % 4] ?? null) : null,
    ...ENDPOINTS[n % 4],
    ...ANSWERS[(n * 5) % 7],
    path: ['/v1/shifts', '/v1/Shifts/ÄÖ', '/a_b%c', '/v1/x\0y'][n % 4] ?? '',
    query: n % 3 === 0 ? `page=${n % 7}` : '',
    address: ['10.0.0.1', '10.0.1.2', '2001:db8::1', 'unknown'][(n * 3) % 4] ?? '',
    userAgent: ['curl/8', '', 'Mozilla (X; y)'][n % 3] ?? '',
    durationMs: (n % 50) * 1.5,
    bytesIn: n % 13,
    bytesOut: n * 10,
    request: { headers: [['Accept', 'Text/*']], body: null },
  } as Partial<LogRecord>);
});

let instance: Awaited<ReturnType<typeof makePostgresLog>>;
beforeAll(async () => {
  instance = await makePostgresLog();
  const gateways = [instance.gateway(1), instance.gateway(2)];
  await Promise.all(
    gateways.map(async (gateway, at) => {
      await gateway.write(records.filter((_, n) => n % 2 === at));
      await gateway.drain();
    }),
  );
}, 60_000);
afterAll(() => instance.close());

const text = (...texts: string[]) =>
  fc.constantFrom(...texts).map((one) => ({ kind: 'text', text: one }) as const);
const number = fc.constantFrom(0, 5, 7.5, 100, 200, 299, 400, 403, 429, 499, 500, 599, 3_000);
const range = fc
  .tuple(fc.option(number), fc.option(number), fc.boolean(), fc.boolean())
  .map(([a, b, fromOpen, toOpen]) => {
    const [from, to] = a !== null && b !== null && a > b ? [b, a] : [a, b];
    return { kind: 'range', from, to, fromOpen, toOpen } as const;
  });
const exactly = number.map(
  (from) =>
    ({ kind: 'range', from, to: from % 100 ? from : from + 99, fromOpen: false, toOpen: false }) as const,
);
const term: fc.Arbitrary<Term> = fc
  .constantFrom<[Term['field'], fc.Arbitrary<Term['values'][number]>]>(
    ['token', text('payroll', 'PAYROLL*', 'strasse', TOKENS[0], TOKENS[1].toUpperCase(), '*', '', 'none')],
    ['user', text('ada', 'user-1', 'user-*', 'zoË', 'a\\*b', 'c\\\\d', '*', '')],
    ['endpoint', text('get /v1/*', 'shifts', 'rota%_', 'rota__', 'POST /v1/shifts', '*', '')],
    ['method', text('get', 'p*', 'DELETE', '*', '')],
    ['status', fc.oneof(range, exactly)],
    ['outcome', text('admitted', 'denied', 'limited', 'clientError', 'serverError', '*')],
    ['reason', text('limit.*', 'scope.method', 'client.closed', '*', '')],
    ['address', text('10.0.0.1', '10.0.0.0/16', '10.0.*', '2001:DB8:0::1', '2001:db8::/32', 'unknown', '*')],
    [
      'path',
      text('/v1/shifts', '/v1/shifts*', '/V1/shifts/äö', '*page=3', '*%c', '/a_b%c', '/axb%c', '/v1/x*', '*'),
    ],
    ['agent', text('curl/8', '*y)', '*', '')],
    ['id', text(records[0]?.requestId ?? '', records[7]?.requestId.toUpperCase() ?? '', '*7*', 'nothing')],
    ['ms', range],
    ['in', range],
    ['out', range],
    ['text', text('äö', 'text/', 'curl', 'PAGE=3', 'ada')],
  )
  .chain(([field, value]) =>
    fc.record({
      field: fc.constant(field),
      excluded: fc.boolean(),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
  );
const instant = fc.oneof(
  fc.integer({ min: NOON - 6 * DAY, max: NOON + 1 }),
  fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
);
const search: fc.Arbitrary<Search> = fc
  .tuple(instant, instant, fc.array(term, { maxLength: 3 }))
  .map(([a, b, terms]) => ({
    from: Math.min(a, b),
    to: a === b ? Number.POSITIVE_INFINITY : Math.max(a, b),
    terms,
  }));

const matching = ({ from, to, terms }: Search) => {
  const holds = matcher(terms);
  return records.filter((record) => record.time >= from && record.time < to && holds(record));
};
const ids = (list: readonly LogRecord[]) => list.map(({ requestId }) => requestId).sort();

test('a search finds what its terms mean for each record, in order, a page and a moment at a time', async () => {
  await fc.assert(
    fc.asyncProperty(
      search,
      fc.constantFrom<Page['order']>('newest', 'oldest'),
      fc.integer({ min: 1, max: 300 }),
      fc.constantFrom(20, ...Array(4).fill(Number.POSITIVE_INFINITY)),
      async (asked, order, limit, budget) => {
        const found: LogRecord[] = [];
        let after: Page['after'] = null;
        let reached = order === 'newest' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
        do {
          const page = await instance.log.search(asked, { order, after, limit }, budget);
          expect(page.rows.length).toBeLessThanOrEqual(limit);
          found.push(...page.rows.map(({ record }) => record));
          expect(page.searchedTo === null).toBe(page.next === null);
          if (page.searchedTo !== null) {
            expect(order === 'newest' ? page.searchedTo <= reached : page.searchedTo >= reached).toBe(true);
            reached = page.searchedTo;
          }
          after = page.next;
        } while (after !== null);
        expect(ids(found)).toEqual(ids(matching(asked)));
        const times = found.map(({ time }) => time);
        expect(times).toEqual(times.toSorted((a, b) => (order === 'newest' ? b - a : a - b)));
      },
    ),
    { numRuns: 150 },
  );
}, 240_000);

const FACETS = ['token', 'user', 'endpoint', 'method', 'status', 'reason', 'address'] as const;
const facetOf: Record<FacetField, (record: LogRecord) => string | null> = {
  token: ({ tokenId }) => tokenId,
  user: ({ userId }) => userId,
  endpoint: ({ endpoint }) => endpoint,
  method: ({ method }) => method,
  status: ({ status }) => String(status),
  reason: ({ reason }) => reason,
  address: ({ address }) => address,
};
const countsOf = <K>(keys: readonly K[]) => {
  const counts = new Map<K, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};

test('a name that all have which lack a value does not stand for those that have neither', async () => {
  const values = [
    { kind: 'text', text: 'PAYROLL*' },
    { kind: 'text', text: 'strasse' },
  ] as const;
  const asked: Search = {
    from: Number.NEGATIVE_INFINITY,
    to: Number.POSITIVE_INFINITY,
    terms: [{ field: 'token', excluded: false, values }],
  };
  let last: Counts | null = null;
  for await (const counts of instance.log.count(asked, { bars: [], facets: [] })) last = counts;
  expect(last?.total).toBe(matching(asked).length);
  expect(matching(asked).length).toBeLessThan(records.length);
});

test('what is counted is what the search finds, and grows from the newest row back', async () => {
  await fc.assert(
    fc.asyncProperty(
      search,
      fc.uniqueArray(fc.constantFrom(...FACETS)),
      fc.integer({ min: 1, max: 400 }),
      async (asked, facets, minutes) => {
        const bars = Array.from({ length: 20 }, (_, n) => NOON - DAY + n * minutes * MINUTE);
        let last: Counts | null = null;
        for await (const counts of instance.log.count(asked, { bars, facets })) {
          expect(counts.total).toBeGreaterThanOrEqual(last?.total ?? 0);
          last = counts;
        }
        const rows = matching(asked);
        expect(last?.countedTo).toBeNull();
        expect(last?.total).toBe(rows.length);
        const outcomes = countsOf(rows.map(({ status }) => outcomeOf(status)));
        for (const [outcome, count] of Object.entries(last?.byOutcome ?? {}))
          expect(count).toBe(outcomes.get(outcome as 'admitted') ?? 0);
        expect(last?.bars.map((bar) => bar.admitted)).toEqual(
          bars
            .slice(1)
            .map(
              (end, n) =>
                rows.filter(({ time, status }) => status < 400 && time >= (bars[n] as number) && time < end)
                  .length,
            ),
        );
        for (const facet of facets) {
          const values = [...(last?.facets.get(facet) ?? [])].map(
            ([value, { count }]) => [value, count] as const,
          );
          expect(new Map(values)).toEqual(countsOf(rows.map(facetOf[facet])));
        }
      },
    ),
    { numRuns: 120 },
  );
}, 240_000);
