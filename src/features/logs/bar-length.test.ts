import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../base/clock.ts';
import { barLength } from './bar-length.ts';

test.each([
  ['a minute', MINUTE, SECOND],
  ['an hour', HOUR, MINUTE],
  ['a day', DAY, 30 * MINUTE],
  ['a week', 7 * DAY, 3 * HOUR],
  ['thirty days', 30 * DAY, 12 * HOUR],
  ['a year', 365 * DAY, 7 * DAY],
  ['ten years', 3_652 * DAY, 63 * DAY],
])('%s has about 60 bars of a length that people read easily', (_, stretch, length) => {
  expect(barLength(stretch, 60)).toBe(length);
});

test('there are never more bars than asked for, but for those that are cut', () => {
  const [stretch, bars] = [fc.integer({ min: 1, max: 100 * 365 * DAY }), fc.integer({ min: 1, max: 400 })];
  fc.assert(
    fc.property(stretch, bars, (whole, most) => {
      expect(Math.ceil(whole / barLength(whole, most))).toBeLessThanOrEqual(most);
    }),
  );
});
