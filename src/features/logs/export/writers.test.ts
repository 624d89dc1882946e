import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../record.ts';
import { CHECKS, encodeRecord } from '../stored-record.ts';
import { makeRecord } from '../testing.ts';
import { ByteSink } from './byte-sink.ts';
import { CsvWriter, csvLine } from './csv.ts';
import { NdjsonWriter, ndjsonLine } from './ndjson.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    '',
    '=1+1',
    '-2',
    '@x',
    '\tx',
    'a,b',
    'say "so"',
    'a\\b',
    'zwei\nZeilen',
    '"',
    '],"tail":[',
    'ß',
  ),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value);
const headers = fc.array(fc.tuple(text, text), { maxLength: 4 });
const body = maybe(fc.record({ type: text, bytes: fc.nat(), text: maybe(text) }));
const limits = maybe(fc.record({ limit: fc.nat(), remaining: fc.nat(), reset: fc.nat() }));
const check = fc.record(
  {
    check: fc.constantFrom(...CHECKS, 'upstream'),
    passed: fc.boolean(),
    detail: text,
    owner: fc.constantFrom('token', 'default'),
  },
  { requiredKeys: ['check', 'passed', 'detail'] },
);
const record: fc.Arbitrary<LogRecord> = fc
  .record(
    {
      time: fc.integer({ min: 0, max: 4e12 }),
      tokenId: maybe(text),
      tokenName: maybe(text),
      userId: maybe(text),
      userName: maybe(text),
      address: text,
      peer: text,
      method: text,
      path: text,
      query: text,
      endpoint: maybe(text),
      tag: maybe(text),
      status: fc.integer({ min: 100, max: 999 }),
      durationMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
      upstreamMs: maybe(fc.double({ min: 0, max: 1e6, noNaN: true })),
      bytesOut: fc.nat(),
      userAgent: text,
      phase: fc.constantFrom('complete', 'interrupted'),
      aborted: fc.constantFrom('client', null),
      trial: fc.constantFrom('token.hour', 'instance.burst'),
      places: fc.array(fc.tuple(maybe(text), maybe(text)), { maxLength: 2 }),
      limits,
      removed: fc.array(text, { maxLength: 2 }),
    },
    { requiredKeys: ['time', 'limits', 'removed'] },
  )
  .chain((head) =>
    fc
      .record({
        requestHeaders: headers,
        responseHeaders: headers,
        usual: fc.boolean(),
        requestBody: body,
        responseBody: body,
        checks: fc.array(check, { maxLength: 8 }),
      })
      .map((tail) => {
        const made = makeRecord(head as Partial<LogRecord>);
        const usual: [string, string][] = [
          ['X-Request-Id', made.requestId],
          ['X-RateLimit-Remaining', String(made.limits?.remaining ?? 7)],
          ['Content-Length', String(made.bytesOut)],
          ['Content-Type', 'application/json'],
        ];
        return {
          ...made,
          request: { headers: tail.requestHeaders, body: tail.requestBody },
          response: {
            headers: tail.usual ? [...usual, ...tail.responseHeaders] : tail.responseHeaders,
            body: tail.responseBody,
          },
          checks: tail.checks,
        } as LogRecord;
      }),
  );

/** What a writer makes of lines one after the other. */
function written(writer: CsvWriter | NdjsonWriter, lines: readonly string[]): string {
  const sink = new ByteSink();
  for (const line of lines) writer.write(Buffer.from(line), sink);
  return sink.take();
}

/** A line as it was before there were tails. */
const plain = (one: LogRecord) => JSON.stringify(one);

test('CSV written from lines is the CSV of their records, whatever is in them', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const expected = records.map(csvLine).join('');
      expect(written(new CsvWriter(), records.map(encodeRecord))).toBe(expected);
      expect(written(new CsvWriter(), records.map(plain))).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

test('NDJSON written from lines has everything that is in their records', () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 4 }), (records) => {
      const read = (lines: string) =>
        lines
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line));
      const expected = read(records.map(ndjsonLine).join(''));
      expect(read(written(new NdjsonWriter(), records.map(encodeRecord)))).toEqual(expected);
      expect(read(written(new NdjsonWriter(), records.map(plain)))).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
