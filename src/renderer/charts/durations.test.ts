import { expect, test } from 'vitest';
import { columnDuration, duration, percent } from './durations.ts';

test.each([
  [0.836, '0.84 ms'],
  [12.44, '12.4 ms'],
  [340.2, '340 ms'],
  [2_412, '2.41 s'],
])('%d ms reads %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('one failure in a million is neither none nor is the rest all', () => {
  expect(percent(1, 1_000_000)).toBe('< 0.1 %');
  expect(percent(999_999, 1_000_000)).toBe('> 99.9 %');
  expect(percent(0, 10)).toBe('0.0 %');
  expect(percent(10, 10)).toBe('100.0 %');
});

test('shares and durations in a column have the same number of digits', () => {
  expect(percent(1, 100)).toBe('1.0 %');
  expect(percent(405, 500)).toBe('81.0 %');
  expect([0.2, 28.8, 2_412].map(columnDuration)).toEqual(['0.20 ms', '28.80 ms', '2,412.00 ms']);
});

test('a share of nothing is no number', () => {
  expect(percent(0, 0)).toBe('–');
});
