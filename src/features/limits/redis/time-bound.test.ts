import { expect, test } from 'vitest';
import { TimeBound } from './time-bound.ts';

test('the latest that the counters can show is what they showed, and what has passed here since', () => {
  const bound = new TimeBound();
  expect(bound.latest(5)).toBeNull();
  bound.learn(1_000, 50_000);
  expect(bound.latest(1_000)).toBe(50_000);
  expect(bound.latest(61_000.5)).toBe(110_001);
  // One that took long on its way there knows more of a later time.
  bound.learn(2_000, 51_200);
  expect(bound.latest(3_000)).toBe(52_200);
  bound.learn(3_000, 52_000);
  expect(bound.latest(3_000)).toBe(52_200);
});

test('what was minutes ago is no bound any more, as clocks drift', () => {
  const bound = new TimeBound();
  bound.learn(0, 10_000);
  bound.learn(61_000, 70_990);
  expect(bound.latest(61_000)).toBe(71_000);
  bound.learn(122_001, 131_980);
  expect(bound.latest(122_001)).toBe(131_991);
  bound.forget();
  expect(bound.latest(122_001)).toBeNull();
});
