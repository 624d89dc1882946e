import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWellFormed, makeSecret, prefixOf, secretPattern } from './secret.ts';

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

test('a secret has the form that scanners look for, whatever the random bytes', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const secret = makeSecret(() => random);
      expect(secret).toMatch(/^shf_[0-9A-Za-z]{49}$/);
      expect(isWellFormed(secret)).toBe(true);
      expect(`see ${secret}, please`.match(secretPattern)?.[0]).toBe(secret);
    }),
  );
});

test('the extremes have 43 characters too, and two secrets differ when one bit does', () => {
  const lowest = makeSecret((count) => new Uint8Array(count));
  const highest = makeSecret((count) => new Uint8Array(count).fill(255));
  expect(lowest.slice(4, 47)).toBe('0'.repeat(43));
  expect(highest).toHaveLength(53);
  fc.assert(
    fc.property(bytes, fc.nat(255), (random, bit) => {
      const other = Uint8Array.from(random);
      other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(makeSecret(() => other)).not.toBe(makeSecret(() => random));
    }),
  );
});

test('one wrong character is always refused', () => {
  fc.assert(
    fc.property(bytes, fc.nat(48), fc.nat(60), (random, at, step) => {
      const secret = makeSecret(() => random);
      const place = 4 + at;
      const wrong = alphabet.charAt((alphabet.indexOf(secret.charAt(place)) + 1 + step) % 62);
      expect(isWellFormed(secret.slice(0, place) + wrong + secret.slice(place + 1))).toBe(false);
    }),
  );
});

test.each([
  ['nothing', ''],
  ['another mark', makeSecret().replace('shf_', 'shg_')],
  ['a space before', ` ${makeSecret()}`],
  ['a line end after', `${makeSecret()}\n`],
  ['one character short', makeSecret().slice(0, -1)],
  ['one character more', `${makeSecret()}0`],
])('what is not a secret is refused: %s', (_, text) => {
  expect(isWellFormed(text)).toBe(false);
});

test('the prefix is the mark and six characters', () => {
  const secret = makeSecret();
  expect(prefixOf(secret)).toBe(secret.slice(0, 10));
});
