import { expect, test } from 'vitest';
import { Rate, timeLeft } from './progress.ts';

test('the rate follows what comes, and one slow step does not upset it', () => {
  const rate = new Rate(0);
  expect(rate.perSecond).toBeNull();
  for (let step = 1; step <= 40; step++) rate.add(25_000, step * 250);
  expect(rate.perSecond).toBeCloseTo(100_000, 0);
  rate.add(0, 40 * 250 + 250);
  expect(rate.perSecond).toBeGreaterThan(90_000);
  for (let step = 0; step < 80; step++) rate.add(2_500, 10_500 + step * 250);
  expect(rate.perSecond).toBeLessThan(12_000);
});

test.each([
  [0, 1_000, 100, 'about 10 s left'],
  [0, 30_000, 100, 'about 5 min left'],
  [0, 3_600_000, 100, 'about 10 h left'],
  [999, 1_000, 100, 'nearly done'],
  [1_200, 1_000, 100, 'nearly done'],
])('%d of %d rows at %d a second: %s', (rows, total, perSecond, words) => {
  expect(timeLeft(rows, total, perSecond)).toBe(words);
});

test('nothing is promised that nobody knows', () => {
  expect(timeLeft(10, null, 100)).toBeNull();
  expect(timeLeft(10, 100, null)).toBeNull();
});
