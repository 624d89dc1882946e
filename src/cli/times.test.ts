import { expect, test } from 'vitest';
import { HOUR } from '../base/clock.ts';
import { duration } from './times.ts';

const read = duration(500, 24 * HOUR);

test.each([
  ['500ms', 500],
  ['5s', 5_000],
  ['5', 5_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  [' 2s ', 2_000],
])('"%s" is %i ms', (text, ms) => {
  expect(read(text)).toBe(ms);
});

test.each(['', '0', '499ms', '25h', '5d', '-5s', '1.5s', '1e3', 'soon', '5 s'])('"%s" is refused', (text) => {
  expect(() => read(text)).toThrow(/500ms, 5s, 10m or 1h/);
});
