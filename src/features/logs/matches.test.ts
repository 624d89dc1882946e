import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { term } from '../../base/log-query/build.ts';
import { parseQuery } from '../../base/log-query/parse.ts';
import { FIELDS } from '../../base/log-query/terms.ts';
import { headMatcher, matcher, needsWholeRecord } from './matches.ts';
import type { LogRecord } from './record.ts';
import { makeRecord } from './testing.ts';

const record = makeRecord({
  requestId: '0190f3c0-0000-7000-8000-0000000000ff',
  query: 'limit=5&name=O*Neil',
  status: 429,
  reason: 'limit.hour',
  durationMs: 12.5,
  bytesIn: 100,
  bytesOut: 512,
  userAgent: 'Mozilla/5.0 (X11; Linux)',
  request: {
    headers: [['X-Client', 'night shift']],
    body: { type: 'application/json', bytes: 12, text: '{"note":"ÄRGER"}' },
  },
  response: {
    headers: [['content-type', 'application/problem+json']],
    body: { type: 'application/json', bytes: 9, text: '{"code":"limit.hour"}' },
  },
});
const bare = makeRecord({
  tokenId: null,
  tokenName: null,
  userId: null,
  userName: null,
  endpoint: null,
  tag: null,
  userAgent: '',
  address: '2001:db8::7',
});

const termsOf = (query: string) => {
  const parsed = parseQuery(query);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.terms;
};
const holds = (query: string, of: LogRecord = record) => matcher(termsOf(query))(of);

describe('a term of a query', () => {
  test.each([
    `token:${record.tokenId}`,
    'token:payroll',
    'token:PAY*',
    'token:*',
    'user:ada',
    `user:${record.userId}`,
    'endpoint:"GET /v1/shifts"',
    'endpoint:shifts',
    'method:get',
    'status:429',
    'status:4xx',
    'status:>=400',
    'status:500..599,429',
    'outcome:limited',
    'reason:limit.*',
    'address:203.0.113.9',
    'address:203.0.113.0/24',
    'address:::ffff:203.0.113.9',
    'address:203.0.*',
    'path:/v1/shifts',
    'path:/v1/shifts?limit=5*',
    'path:*shift*',
    'path:*O\\*Neil',
    'agent:mozilla/*',
    'agent:*x11*linux* -agent:nothing agent:*(X11*)',
    `id:${record.requestId.toUpperCase()}`,
    'ms:>12.4',
    'ms:12.5',
    'ms:<=12.5',
    'in:100..512',
    'out:>100',
    'ms:*',
  ])('%s holds for a record that has it', (query) => {
    expect(holds(query)).toBe(true);
    const terms = termsOf(query);
    expect(needsWholeRecord(terms)).toBe(false);
    expect(headMatcher(terms)(record)).toBe(true);
    const [first] = terms;
    if (first && terms.length === 1) expect(matcher([{ ...first, excluded: true }])(record)).toBe(false);
  });

  test.each([
    'token:pay',
    'token:""',
    'endpoint:"GET /v1/shifts/*"',
    'status:5xx',
    'outcome:denied,admitted',
    'reason:limit',
    'address:203.0.113.0/29',
    'address:2001:db8::/32',
    'path:/v1/shift',
    'path:/v1/shifts?',
    'path:*O\\*',
    'agent:*x11',
    'agent:*linux*x11*',
    'ms:>12.5',
    'ms:<12.5',
    'in:>100..200',
    'in:50..<100',
  ])('%s does not hold for a record that does not have it', (query) => {
    expect(holds(query)).toBe(false);
  });

  test('says "has one" with * and "has none" with ""', () => {
    for (const field of ['token', 'user', 'endpoint', 'reason', 'agent']) {
      expect([holds(`${field}:*`), holds(`${field}:""`)]).toEqual([true, false]);
      expect([holds(`${field}:*`, bare), holds(`${field}:""`, bare)]).toEqual([false, true]);
      expect([holds(`-${field}:*`, bare), holds(`${field}:"",nobody`, bare)]).toEqual([true, true]);
    }
  });

  test('finds an address however it is written', () => {
    for (const address of ['2001:DB8:0::7', '2001:db8::/32', '2001:db8::7/128', '2001:db8::*'])
      expect(holds(`address:${address}`, bare)).toBe(true);
    expect(holds('address:0.0.0.0/0', bare)).toBe(false);
  });

  test('without a field looks everywhere, whatever the case', () => {
    for (const query of [
      'PAYROLL',
      'ada',
      'shifts?limit',
      'x-client',
      '"Night Shift"',
      'ärger',
      'problem+json',
      '"code\\":\\"limit"',
      'linux',
      '203.0.113',
      '8000-0000000000ff',
      'n*ght',
      '-nothing',
    ])
      expect([query, holds(query)]).toEqual([query, true]);
    for (const query of ['nothing', 'content-type', 'payroll ada nobody', 'shift*payroll', '-ada'])
      expect([query, holds(query)]).toEqual([query, false]);
    expect(needsWholeRecord(termsOf('status:200 ada'))).toBe(true);
    expect(() => headMatcher(termsOf('ada'))).toThrow('the whole record');
  });
});

test('a pattern matches what its regular expression does', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 10 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (pattern, agent) => {
      const wanted = pattern === '' ? '' : pattern.replaceAll('*', '.*');
      const hasOne = /^\*+$/.test(pattern) ? agent !== '' : true;
      const values = [{ kind: 'text', text: pattern }] as const;
      const of = makeRecord({ userAgent: agent });
      expect(matcher([{ field: 'agent', excluded: false, values }])(of)).toBe(
        hasOne && new RegExp(`^${wanted}$`).test(agent),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('a value that is taken as it is matches itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (value) => {
      const of = makeRecord({ userAgent: value, tokenName: value });
      for (const field of ['agent', 'token'] as const) expect(matcher([term(field, value)])(of)).toBe(true);
      expect(matcher([term('text', value)])(of)).toBe(true);
    }),
  );
});

test('every field can be asked for', () => {
  for (const field of FIELDS)
    expect(matcher([{ ...term(field, null), values: termsOf(`${field}:*`)[0]?.values ?? [] }])(record)).toBe(
      true,
    );
});
