import { expect, test } from 'vitest';
import { placeOf, pointAt, pointsOf } from './brush.ts';

const bars = { left: 40, right: 140, points: 10, wide: true };
const line = { left: 40, right: 130, points: 10, wide: false };

test('a pixel belongs to the bar under it, and one beside the chart to the nearest', () => {
  expect([41, 49, 51, 139].map((pixel) => pointAt(bars, pixel))).toEqual([0, 0, 1, 9]);
  expect([-5, 40, 140, 900].map((pixel) => pointAt(bars, pixel))).toEqual([0, 0, 9, 9]);
});

test('a pixel beside a line belongs to its nearest point', () => {
  expect([40, 44, 46, 130].map((pixel) => pointAt(line, pixel))).toEqual([0, 0, 1, 9]);
});

test('what is chosen from the right to the left is the same stretch', () => {
  expect(pointsOf({ anchor: 5, head: 2 })).toEqual([2, 5]);
  expect(placeOf(bars, { anchor: 5, head: 2 })).toEqual({ left: 60, width: 40 });
  expect(placeOf(line, { anchor: 2, head: 5 })).toEqual({ left: 60, width: 30 });
});

test('a chart of one point has it wherever one points', () => {
  expect(pointAt({ ...bars, points: 1 }, 99)).toBe(0);
  expect(pointAt({ ...line, points: 1 }, 99)).toBe(0);
});
