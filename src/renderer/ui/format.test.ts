import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../base/clock.ts';
import { counted, middle, relativeTime } from './format.ts';

test.each([
  [-5 * SECOND, 'just now'],
  [10 * SECOND, 'just now'],
  [40 * SECOND, 'in a moment'],
  [-75 * MINUTE, '75 min. ago'],
  [-2 * HOUR, '2 hours ago'],
  [90 * DAY - 1, 'in 90 days'],
  [-200 * DAY, '7 months ago'],
  [3 * 365 * DAY, 'in 3 years'],
])('%d ms from now reads "%s"', (away, words) => {
  expect(relativeTime(1e12 + away, 1e12)).toBe(words);
});

test('shortening keeps both ends and the asked length', () => {
  expect(middle('abcdefghij', 5)).toBe('abc…j');
  expect(middle('abc', 5)).toBe('abc');
});

test('a count agrees with its noun', () => {
  expect(counted(1, 'entry', 'entries')).toBe('1 entry');
  expect(counted(2_000, 'request')).toBe('2,000 requests');
});
