import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { perPoint, timeTicks } from './time-axis.ts';

const series = (from: string, step: number, points: number) =>
  Array.from({ length: points }, (_, index) => Date.parse(from) + index * step);

test('an hour by minutes is labelled at round minutes', () => {
  const ticks = timeTicks(series('2026-11-24T09:58:00Z', MINUTE, 61), 'utc', 8);
  expect(ticks.map(({ label }) => label)).toEqual(['10:00', '10:10', '10:20', '10:30', '10:40', '10:50']);
  expect(ticks[0]?.index).toBe(2);
});

test('a day names the date where midnight is', () => {
  const ticks = timeTicks(series('2026-11-24T14:00:00Z', 15 * MINUTE, 96), 'utc', 9);
  expect(ticks.map(({ label }) => label)).toContain('25 Nov');
  expect(ticks.map(({ label }) => label)).toContain('18:00');
});

test('months are labelled by days, never more than asked for', () => {
  const ticks = timeTicks(series('2025-10-24T00:00:00Z', 4 * DAY, 100), 'utc', 8);
  expect(ticks.length).toBeGreaterThan(3);
  expect(ticks.length).toBeLessThanOrEqual(9);
  expect(ticks.every(({ label }) => /^\d{1,2} \w{3,4}$/.test(label))).toBe(true);
});

test('points that do not start on the step still get one label in each of its periods', () => {
  const ticks = timeTicks(series('2026-11-24T00:45:00Z', 3 * HOUR, 56), 'utc', 8);
  expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
});

test('no points, no labels', () => {
  expect(timeTicks([], 'utc', 8)).toEqual([]);
});

test.each([
  [1, 'per minute'],
  [15, 'per 15 minutes'],
  [180, 'per 3 hours'],
  [1_440, 'per day'],
  [5_760, 'per 4 days'],
])('%i minutes read %s', (minutes, words) => {
  expect(perPoint(minutes)).toBe(words);
});
