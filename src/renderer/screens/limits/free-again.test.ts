import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../base/clock.ts';
import { freeAgain } from './free-again.ts';

test.each([
  [1, 'in 1 s'],
  [2 * MINUTE, 'in 120 s'],
  [2 * MINUTE + 1, 'in 3 min'],
  [59 * MINUTE, 'in 59 min'],
  [59 * MINUTE + SECOND, 'in 1 h'],
  [HOUR, 'in 1 h'],
  [HOUR + 1, 'in 1 h 1 min'],
  [HOUR + MINUTE, 'in 1 h 1 min'],
  // The gateway's clock may be a moment ahead of what it counted.
  [-5, 'in 0 s'],
])('what is free in %i ms is said to be free %s', (ms, words) => {
  expect(freeAgain(ms)).toBe(words);
});
