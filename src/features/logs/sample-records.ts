import fc from 'fast-check';
import { DAY } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { LogFilter } from './contract.ts';
import { matcher } from './matches.ts';
import type { LogRecord } from './record.ts';
import { readQuery } from './search-of.ts';
import { makeRecord } from './testing.ts';

export const NOON = Math.floor(Date.now() / DAY) * DAY - DAY / 2;
export const TOKENS = [1, 2, 3].map((n) => `0190f3c0-0000-7000-8000-00000000000${n}`);
const ENDPOINTS = [
  { endpoint: 'GET /v1/shifts', tag: 'shifts' },
  { endpoint: 'POST /v1/shifts', tag: 'shifts' },
  { endpoint: 'GET /v1/employees/{id}', tag: 'employees' },
  { endpoint: null, tag: null },
];
const ANSWERS = [
  { status: 200, reason: null },
  { status: 201, reason: null },
  { status: 403, reason: 'scope.method' },
  { status: 403, reason: 'ip.denied' },
  { status: 404, reason: 'endpoint.unknown' },
  { status: 429, reason: 'limit.burst' },
  { status: 500, reason: 'gateway.failed' },
] as const;

/** For tests: some hundred records of everything that filters tell apart. */
export const all: LogRecord[] = Array.from({ length: 400 }, (_, n) =>
  makeRecord({
    // Three days; now and then two in the same millisecond.
    time: NOON - Math.floor(n / 2) * 1_000_003,
    ...(n % 11 === 0 ? { tokenId: null, tokenName: null } : { tokenId: TOKENS[n % 3] as string }),
    ...(ENDPOINTS[(n * 7) % 4] as (typeof ENDPOINTS)[number]),
    ...(ANSWERS[(n * 5) % 7] as (typeof ANSWERS)[number]),
    query: n % 2 ? `page=${n}` : '',
    address: `203.0.113.${n % 40}`,
    durationMs: (n * 7) % 50,
    bytesOut: (n * 13) % 300,
    userAgent: n % 5 ? 'test/1' : 'a robot',
    response: {
      headers: [['content-type', 'application/json']],
      body: n % 9 ? null : { type: 'text/plain', bytes: 6, text: 'A body' },
    },
  }),
);
/** Those that a filter lets through. */
export const recordsOf = ({ from, to, query }: LogFilter): LogRecord[] => {
  const holds = matcher(readQuery(query));
  return all.filter(
    (record) =>
      (!from || record.time >= from.getTime()) && (!to || record.time < to.getTime()) && holds(record),
  );
};

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const time = fc.integer({ min: NOON - 3 * DAY, max: NOON + 1 }).map((ms) => new Date(ms));
const anyTerm = fc
  .record({
    excluded: fc.boolean(),
    term: fc.constantFrom(
      ...[...TOKENS, newId()].map((id) => `token:${id}`),
      'token:payroll,nobody',
      'token:*',
      'user:ad*',
      'endpoint:"GET /v1/shifts",nothing',
      'endpoint:shifts',
      'endpoint:""',
      'method:get',
      'status:200,403',
      'status:4xx',
      'status:>=429',
      'status:418',
      'outcome:denied,limited',
      'reason:limit.*',
      'reason:ip.denied,scope.method',
      'reason:""',
      'address:203.0.113.0/28',
      'address:203.0.113.3',
      'address:*.5',
      'path:/v1/shifts',
      'path:*page=1*',
      'agent:*bot*',
      'ms:>30',
      'ms:5..20',
      'in:0',
      'out:<100',
      `id:${all[7]?.requestId}`,
      'page=1',
      'ROBOT',
      '"a body"',
      'payroll',
    ),
  })
  .map(({ excluded, term }) => (excluded ? `-${term}` : term));
/** Filters of all kinds, many of which let something through. */
export const filters: fc.Arbitrary<LogFilter> = fc
  .record({
    from: maybe(time),
    to: maybe(time),
    query: maybe(fc.array(anyTerm, { maxLength: 3 }).map((terms) => terms.join(' '))),
  })
  .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));
