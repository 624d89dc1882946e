import { expect, test } from 'vitest';
import { changeWords, pointsWords, shareOf } from './change.ts';

test.each([
  [112.3, 100, '+12.3 %'],
  [50, 100, '-50 %'],
  [0, 100, '-100 %'],
  [100.01, 100, 'as before'],
  [5, 0, null],
  [null, 3, null],
])('%s after %s reads %s', (now, before, words) => {
  expect(changeWords(now, before)).toBe(words);
});

test('a share changes by points, and a share of nothing is none', () => {
  expect(pointsWords(shareOf(99, 100), shareOf(97, 100))).toBe('+2 points');
  expect(pointsWords(shareOf(9, 10), shareOf(90, 100))).toBe('as before');
  expect(pointsWords(shareOf(0, 0), shareOf(90, 100))).toBeNull();
});
