import { expect, test } from 'vitest';
import {
  instantsOf,
  logPresets,
  presets,
  type Range,
  rangeText,
  readRange,
  readRangeText,
  startOf,
  widerRange,
  writeRange,
} from './range.ts';

test.each([
  ['2026-11-24T10:00:00Z', '2025-10-24T10:00:00Z'],
  ['2026-03-31T10:00:00Z', '2025-02-28T10:00:00Z'],
  ['2025-03-29T10:00:00Z', '2024-02-29T10:00:00Z'],
  ['2026-01-01T00:00:00Z', '2024-12-01T00:00:00Z'],
])('13 months before %s is %s', (now, start) => {
  expect(new Date(startOf('13mo', Date.parse(now)))).toEqual(new Date(start));
});

const from = new Date('2026-11-24T10:00:00.123Z');
const to = new Date('2026-11-25T10:00:00Z');
const ranges: (Range | null)[] = [
  null,
  ...[...presets, ...logPresets].map((preset): Range => ({ kind: 'preset', preset })),
  { kind: 'custom', from, to },
  { kind: 'custom', from, to: null },
  { kind: 'custom', from: null, to },
];

test.each(ranges)('the route brings back the range %o', (range) => {
  const query = new URLSearchParams();
  writeRange(query, range);
  expect(readRange(new URLSearchParams(query.toString()))).toEqual(range);
});

test.each(ranges)('as one text the range %o is kept', (range) => {
  expect(readRangeText(range === null ? null : rangeText(range))).toEqual(range);
});

test('zooming out keeps the middle, goes on with the clock, and ends at any time', () => {
  const now = Date.parse('2026-11-26T10:00:00Z');
  expect(
    widerRange(
      { kind: 'custom', from: new Date('2026-11-24T10:00:00Z'), to: new Date('2026-11-24T11:00:00Z') },
      now,
    ),
  ).toEqual({
    kind: 'custom',
    from: new Date('2026-11-24T09:00:00Z'),
    to: new Date('2026-11-24T12:00:00Z'),
  });
  expect(widerRange({ kind: 'preset', preset: '1h' }, now)).toEqual({
    kind: 'custom',
    from: new Date('2026-11-26T07:00:00Z'),
    to: null,
  });
  expect(widerRange({ kind: 'custom', from: null, to: new Date(now) }, now)).toBeNull();
  expect(widerRange({ kind: 'custom', from: new Date(now - 31 * 86_400_000), to: null }, now)).toBeNull();
});

test('what the route garbles narrows nothing', () => {
  expect(readRange(new URLSearchParams('range=1y&from=yesterday'))).toBeNull();
});

test('a preset ends with whatever comes', () => {
  const now = Date.parse('2026-11-24T10:00:00Z');
  expect(instantsOf({ kind: 'preset', preset: '1h' }, now)).toEqual({
    from: new Date('2026-11-24T09:00:00Z'),
    to: undefined,
  });
});
