import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logCheck } from './contract.ts';
import { parseRecord } from './parse-record.ts';
import type { LogRecord } from './record.ts';
import { decodeRecord, END_OF_HEAD, encodeRecord } from './stored-record.ts';
import { makeRecord } from './testing.ts';

const text = fc.oneof(
  fc.string(),
  fc.constantFrom('', END_OF_HEAD, '{"tail":[', 'no-store', '0', '216', '\u2028"'),
);
const count = fc.nat();
const name = fc.oneof(
  text,
  fc.constantFrom(
    ...['X-Request-Id', 'x-request-id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'],
    ...['Content-Length', 'Cache-Control', 'Content-Type'],
  ),
);
const value = fc.oneof(text, fc.constantFrom('application/json', '5', '12', 'id'));
const message = fc.record({
  headers: fc.array(fc.tuple(name, value), { maxLength: 8 }),
  body: fc.option(fc.record({ type: text, bytes: count, text: fc.option(text) })),
});
const check = fc.record(
  {
    check: fc.constantFrom(...logCheck.shape.check.options),
    passed: fc.boolean(),
    detail: text,
    owner: fc.constantFrom(...logCheck.shape.owner.unwrap().options),
  },
  { requiredKeys: ['check', 'passed', 'detail'] },
);
const record: fc.Arbitrary<LogRecord> = fc
  .record({
    requestId: fc.constantFrom('id', 'other'),
    path: text,
    userAgent: text,
    bytesOut: fc.constantFrom(0, 5, 216),
    request: message,
    response: message,
    checks: fc.oneof(
      fc.array(check, { maxLength: 8 }),
      // As the gateway makes them: in order, passed.
      fc.array(check, { maxLength: 8 }).map((checks) =>
        checks.map((of, i) => ({
          ...of,
          passed: true,
          check: logCheck.shape.check.options[i] ?? of.check,
        })),
      ),
    ),
    limits: fc.option(
      fc.record({ limit: fc.constantFrom(5, 12), remaining: fc.constantFrom(5, 12), reset: count }),
    ),
    removed: fc.array(text),
  })
  .map((parts) => makeRecord(parts));

test('a record is read as it was written, whatever is in it', () => {
  fc.assert(
    fc.property(record, (written) => {
      expect(decodeRecord(encodeRecord(written))).toEqual(written);
    }),
    { numRuns: 2_000 },
  );
});

test('the head is what the whole record says, whatever is in it', () => {
  fc.assert(
    fc.property(record, (written) => {
      const { request, response, checks, limits, removed, ...head } = written;
      expect(parseRecord(encodeRecord(written))).toEqual(head);
    }),
  );
});

test('a record from before there was a tail is read as it is', () => {
  fc.assert(
    fc.property(record, (written) => {
      expect(decodeRecord(JSON.stringify(written))).toEqual(written);
    }),
  );
});
