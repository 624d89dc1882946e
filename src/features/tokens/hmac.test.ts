import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hmacWith } from './key.ts';

test('the HMAC is the one of RFC 2104', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 64 }),
      fc.string({ maxLength: 200 }),
      (key, value) => {
        expect(hmacWith(key)(value)).toEqual(createHmac('sha256', key).update(value).digest());
      },
    ),
  );
});
