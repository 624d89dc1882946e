import { expect, test } from 'vitest';
import { type Bar, barAt, moved, roundUp, spanOf } from './scale.ts';

const none = { admitted: 0, clientError: 0, limited: 0, denied: 0, serverError: 0 };
const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 10, minute));
/** The first and the last are cut to the range. */
const bars: Bar[] = [
  { start: at(3), end: at(5), byOutcome: none },
  { start: at(5), end: at(10), byOutcome: none },
  { start: at(10), end: at(13), byOutcome: none },
];

test('a place on the axis is the bar of its time, though the ends are shorter', () => {
  expect([0, 0.19, 0.21, 0.69, 0.71, 1].map((share) => barAt(bars, share))).toEqual([0, 0, 1, 1, 2, 2]);
  expect([-3, 4].map((share) => barAt(bars, share))).toEqual([0, 2]);
  expect(barAt([], 0.5)).toBe(-1);
});

test('a selection is whole bars, whichever way it was made', () => {
  expect(spanOf(bars, { anchor: 1, head: 2 })).toEqual({ from: at(5), to: at(13) });
  expect(spanOf(bars, { anchor: 2, head: 0 })).toEqual({ from: at(3), to: at(13) });
  expect(spanOf([], { anchor: 0, head: 0 })).toBeNull();
});

test('keys move the place, with Shift they draw the selection, and neither leaves the bars', () => {
  const start = { anchor: 5, head: 5 };
  expect(moved(start, 'ArrowLeft', false, 50)).toEqual({ anchor: 4, head: 4 });
  expect(moved(start, 'ArrowRight', true, 50)).toEqual({ anchor: 5, head: 6 });
  expect(moved(start, 'PageDown', true, 50)).toEqual({ anchor: 5, head: 10 });
  expect(moved(start, 'End', false, 50)).toEqual({ anchor: 49, head: 49 });
  expect(moved({ anchor: 0, head: 0 }, 'ArrowLeft', false, 50)).toEqual({ anchor: 0, head: 0 });
  expect(moved(start, 'x', false, 50)).toBeNull();
});

test.each([
  [0, 1],
  [1, 1],
  [3, 3],
  [11, 15],
  [50, 50],
  [51, 60],
  [81, 100],
  [980_001, 1_000_000],
])('the axis of %d ends at %d', (value, end) => {
  expect(roundUp(value)).toBe(end);
});
