import fc from 'fast-check';
import { expect, test } from 'vitest';
import { literalPattern } from '../../base/log-query/pattern.ts';
import type { Term } from '../../base/log-query/terms.ts';
import { lineMatcher } from './line-match.ts';
import { matcher } from './matches.ts';
import { readQuery } from './search-of.ts';
import { encodeRecord } from './stored-record.ts';
import { makeRecord } from './testing.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('a', 'B', '"', '\\', '\n', '?', '/', '1', 'ß', 'ſ', 'k'),
    maxLength: 12,
  }),
);
const anyRecord = fc
  .record({
    path: anyText,
    query: anyText,
    userAgent: anyText,
    header: anyText,
    body: anyText,
    bytesOut: fc.nat(),
  })
  .map(({ header, body, ...head }) =>
    makeRecord({
      ...head,
      request: { headers: [[header, 'x']], body: { type: 'text/plain', bytes: 1, text: body } },
      response: {
        headers: [
          ['Cache-Control', 'no-store'],
          ['Content-Type', 'application/json'],
          ['Content-Length', String(head.bytesOut)],
          ['X-RateLimit-Limit', '10000'],
          ['Location', body],
        ],
        body: null,
      },
    }),
  );

test('whatever holds for a record may hold for its line', () => {
  const cut = fc.tuple(fc.nat(20), fc.nat(20));
  fc.assert(
    fc.property(
      anyRecord,
      cut,
      fc.nat(12),
      fc.boolean(),
      fc.boolean(),
      (record, [a, b], which, shout, star) => {
        const texts = [
          record.path,
          `${record.path}?${record.query}`,
          record.userAgent,
          ...record.request.headers.flat(),
          record.request.body?.text ?? '',
          ...record.response.headers.map(([, value]) => value),
        ];
        const text = texts[which % texts.length] as string;
        // A part of what is there, as a text that is looked for; with something left out of it.
        const [from, to] = [Math.min(a, b) % (text.length + 1), Math.max(a, b)];
        const part = shout ? text.slice(from, to).toUpperCase() : text.slice(from, to);
        const pattern = star
          ? `${literalPattern(part.slice(0, 2))}*${literalPattern(part.slice(3))}`
          : literalPattern(part);
        const values = [{ kind: 'text', text: pattern }] as const;
        const terms: Term[] = (['text', 'path', 'agent'] as const).map((field) => ({
          field,
          excluded: false,
          values,
        }));
        for (const term of terms)
          if (matcher([term])(record)) expect(lineMatcher([term])(encodeRecord(record))).toBe(true);
      },
    ),
    { numRuns: 5_000 },
  );
});

test('a line without what is asked for is ruled out, whatever else is asked', () => {
  const line = encodeRecord(makeRecord({ path: '/v1/shifts', query: 'limit=5', userAgent: 'curl/8' }));
  const may = (query: string) => lineMatcher(readQuery(query))(line);
  for (const query of [
    'nothing',
    'path:*nothing*',
    'agent:wget/*',
    'a?nothing',
    'curl -x nothing',
    'no*thing',
  ])
    expect([query, may(query)]).toEqual([query, false]);
  for (const query of [
    'CURL',
    'shifts?LIMIT',
    'path:*/Shifts?*',
    'agent:c*8',
    'nothing*,',
    '-curl',
    'status:500',
  ])
    expect([query, may(query)]).toEqual([query, query !== 'nothing*,']);
  for (const query of ['json', 'no-store', 'äh']) expect([query, may(query)]).toEqual([query, true]);
});
