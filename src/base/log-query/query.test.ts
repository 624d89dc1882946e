import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTCOMES } from '../reasons.ts';
import { asksFor, compare, term, withoutValue, withValue } from './build.ts';
import { completionAt } from './complete.ts';
import { parseQuery } from './parse.ts';
import { literalPattern } from './pattern.ts';
import { FIELDS, type Field, isNumberField, type Term, type Value } from './terms.ts';
import { writeQuery } from './write.ts';

const termsOf = (text: string): Term[] => {
  const parsed = parseQuery(text);
  if ('error' in parsed) throw new Error(parsed.error.message);
  return parsed.terms;
};
const errorOf = (text: string) => {
  const parsed = parseQuery(text);
  if ('terms' in parsed) throw new Error(`"${text}" was read`);
  return parsed.error;
};
const text = (pattern: string): Value => ({ kind: 'text', text: pattern });
const range = (from: number | null, to: number | null, fromOpen = false, toOpen = false): Value => ({
  kind: 'range',
  from,
  fromOpen,
  to,
  toOpen,
});

/** Texts with everything in them that has a meaning somewhere. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom('a', 'Z', '1', ' ', '\t', '\n', '"', '\\', ',', '*', ':', '-', '.', 'é', 'OR', 'ms:'),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join('')),
);
const anyPattern = fc
  .array(anyText.map(literalPattern), { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join('*'));
const anyNumber = fc.oneof(
  fc.integer({ min: 0, max: 1_000 }),
  fc.integer({ min: 0, max: 999_999_999 }).map((n) => n / 1_000),
);
const anyRange = fc
  .record({ a: fc.option(anyNumber), b: fc.option(anyNumber), fromOpen: fc.boolean(), toOpen: fc.boolean() })
  .map(({ a, b, fromOpen, toOpen }) => {
    const [from, to] = a !== null && b !== null && a > b ? [b, a] : [a, b];
    return range(from, to, from !== null && fromOpen, to !== null && toOpen);
  });
const anyValue = (field: Field): fc.Arbitrary<Value> =>
  isNumberField(field)
    ? anyRange
    : field === 'outcome'
      ? fc.constantFrom(...OUTCOMES, '*').map(text)
      : anyPattern.map(text);
const anyTerms = fc.array(
  fc.constantFrom(...FIELDS).chain((field) =>
    fc.record({
      field: fc.constant(field),
      excluded: fc.boolean(),
      values: fc.array(anyValue(field), { minLength: 1, maxLength: 3 }),
    }),
  ),
  { maxLength: 5 },
);

describe('a query of the log', () => {
  test('is a list of terms', () => {
    expect(
      termsOf('status:429 token:"Payroll, new" path:/v1/shifts* ms:>200 -reason:limit.*,ip.denied timeout'),
    ).toEqual([
      { field: 'status', excluded: false, values: [range(429, 429)] },
      { field: 'token', excluded: false, values: [text('Payroll, new')] },
      { field: 'path', excluded: false, values: [text('/v1/shifts*')] },
      { field: 'ms', excluded: false, values: [range(200, null, true)] },
      { field: 'reason', excluded: true, values: [text('limit.*'), text('ip.denied')] },
      { field: 'text', excluded: false, values: [text('timeout')] },
    ]);
    expect(termsOf(' \t\n ')).toEqual([]);
  });

  test('compares numbers in every way', () => {
    const values = '>200,>=200,<5,<=5,100..200,>100..<200,12,..7,7..,1.5,*'.split(',');
    expect(values.map((value) => termsOf(`ms:${value}`)[0]?.values[0])).toEqual([
      range(200, null, true),
      range(200, null),
      range(null, 5, false, true),
      range(null, 5),
      range(100, 200),
      range(100, 200, true, true),
      range(12, 12),
      range(null, 7),
      range(7, null),
      range(1.5, 1.5),
      range(null, null),
    ]);
    expect(termsOf('status:4xx,5XX')[0]?.values).toEqual([range(400, 499), range(500, 599)]);
  });

  test('takes as a word what only looks like something else', () => {
    for (const word of ['10:30', '2001:db8::1', 'a,b', '{x}', 'a=b&c', '::1', 'or', "it's"])
      expect(termsOf(word)).toEqual([{ field: 'text', excluded: false, values: [text(word)] }]);
    expect(termsOf('\\-x "a:b" STATUS:200 Endpoint:"GET /v1/shifts/{id}" address:2001:db8::/32')).toEqual([
      term('text', '-x'),
      term('text', 'a:b'),
      term('status', 200),
      term('endpoint', 'GET /v1/shifts/{id}'),
      term('address', '2001:db8::/32'),
    ]);
  });

  test('says what is wrong, and where', () => {
    const errors: [query: string, at: number, length: number, message: string][] = [
      ['ms:>5 stat:200', 6, 4, 'there is no field "stat"; did you mean status?'],
      ['statsu:200', 0, 6, 'there is no field "statsu"; did you mean status?'],
      ['ip:10.0.0.1', 0, 2, 'there is no field "ip"; did you mean address?'],
      ['-user-agent:x', 1, 10, 'there is no field "user-agent"; did you mean agent?'],
      [
        'https://x',
        0,
        5,
        `there is no field "https"; there are ${FIELDS.join(', ')}. In quotes, it is searched as a text`,
      ],
      ['status:', 0, 7, 'status: has no value directly behind the colon'],
      ['status: 200', 0, 7, 'status: has no value directly behind the colon'],
      ['reason:a,,b', 0, 9, 'reason: has no value directly behind the comma'],
      [
        'status:ok',
        7,
        2,
        'status: is a code (429), a class (4xx) or a comparison (>=500, 400..499), not "ok"',
      ],
      ['ms:200..100', 3, 8, 'ms: "200..100" ends before it begins'],
      ['in:-1', 3, 2, 'in: is a number of bytes as >200, >=200, <5, <=5, 100..200 or 12, not "-1"'],
      ['outcome:bad', 8, 3, `outcome: is one of ${OUTCOMES.join(', ')}, not "bad"`],
      ['token:"Pay', 6, 4, 'this quote is not closed'],
      ['say"hi"', 3, 1, 'a quote stands at the beginning of a value, or is written as \\"'],
      [
        '"a"b',
        3,
        1,
        'behind a closing quote stands a blank or a comma; a quote within a value is written as \\"',
      ],
      ['a - b', 2, 1, 'behind a "-" stands what is to be excluded, without a blank'],
      ['a\\', 1, 1, 'there is nothing behind this backslash; it is itself written as \\\\'],
      [
        'a OR b',
        2,
        2,
        'alternatives are values of one term, as status:429,503; there is no OR between terms (in quotes, OR is searched as a text)',
      ],
    ];
    for (const [query, at, length, message] of errors)
      expect(errorOf(query)).toEqual({ at, length, message });
  });

  test('read from what was written is the same, for every list of terms', () => {
    fc.assert(
      fc.property(anyTerms, (terms) => {
        const query = writeQuery(terms);
        expect(parseQuery(query)).toEqual({ terms });
        expect(writeQuery(termsOf(query))).toBe(query);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is read or refused with its place, whatever the text', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        for (const query of [a, `${a}:${b}`, `status:${a}`, `-${a}"${b}"`]) {
          const parsed = parseQuery(query);
          if ('terms' in parsed) expect(parseQuery(writeQuery(parsed.terms))).toEqual(parsed);
          else {
            expect(parsed.error.at).toBeGreaterThanOrEqual(0);
            expect(parsed.error.at + parsed.error.length).toBeLessThanOrEqual(query.length);
            expect(parsed.error.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('terms', () => {
  test('take a value as it is', () => {
    expect(writeQuery([term('path', '/a*b\\c d"e,'), term('reason', null), compare('ms', '>', 200)])).toBe(
      'path:"/a\\*b\\\\c d\\"e," reason:"" ms:>200',
    );
  });

  test('gain values as alternatives, exclude them, and lose them again', () => {
    let terms = withValue(termsOf('timeout'), 'status', '429');
    terms = withValue(terms, 'status', '503');
    terms = withValue(terms, 'status', '503');
    expect(writeQuery(terms)).toBe('timeout status:429,503');
    terms = withValue(terms, 'status', '429', true);
    expect(writeQuery(terms)).toBe('timeout status:503 -status:429');
    expect([503, 429, 200].map((status) => asksFor(terms, 'status', status))).toEqual([
      'wanted',
      'excluded',
      null,
    ]);
    expect(writeQuery(withoutValue(terms, 'status', '503'))).toBe('timeout -status:429');
    expect(writeQuery(withValue(terms, 'reason', null, true))).toBe(
      'timeout status:503 -status:429 -reason:""',
    );
  });
});

describe('completion', () => {
  const at = (marked: string) => completionAt(marked.replace('|', ''), marked.indexOf('|'));

  test('gives the fields that a word may become', () => {
    expect(at('st|')).toEqual({ kind: 'field', from: 0, to: 2, fields: ['status'] });
    expect(at('timeout -A|')).toEqual({ kind: 'field', from: 9, to: 10, fields: ['address', 'agent'] });
    expect(at('x |')).toMatchObject({ kind: 'field', from: 2, to: 2 });
    for (const marked of ['zzz|', '"st|', '/v1|', 'st"|']) expect(at(marked)).toBeNull();
  });

  test('says of which field a value is begun', () => {
    expect(at('a status:4|29')).toEqual({ kind: 'value', field: 'status', from: 9, to: 10, typed: '4' });
    expect(at('token:"Pay roll","Ne w|')).toEqual({
      kind: 'value',
      field: 'token',
      from: 17,
      to: 22,
      typed: 'Ne w',
    });
    expect(at('-token:|')).toEqual({ kind: 'value', field: 'token', from: 7, to: 7, typed: '' });
    expect(at('none:x|')).toBeNull();
  });
});
