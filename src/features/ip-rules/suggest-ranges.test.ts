import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRanges } from './ranges.ts';
import { suggestRanges } from './suggest-ranges.ts';

test('every address that was seen is in a suggested range, however many there are', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 60 }), (addresses) => {
      const ranges = suggestRanges(addresses);
      const compiled = compileRanges(ranges.map((range) => ({ id: range, range, label: '' })));
      expect(ranges.length).toBeLessThanOrEqual(addresses.length);
      for (const address of addresses) expect(compiled.match(address)).not.toBeNull();
    }),
  );
});

test('a few IPv4 addresses are suggested as they are, an IPv6 address with its network', () => {
  expect(suggestRanges(['203.0.113.9', '203.0.113.9', '2001:db8::7', 'no address'])).toEqual([
    '2001:db8::/64',
    '203.0.113.9/32',
  ]);
});
