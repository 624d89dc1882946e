import { expect, test } from 'vitest';
import { progressLine } from './progress.ts';

const soFar = { rows: 412_000, bytes: 128_400_000, elapsedMs: 4_850 };

test('progress says how much of how much, how fast and how long it will take', () => {
  expect(progressLine({ ...soFar, total: 1_000_000 })).toBe(
    '412,000 of 1,000,000 requests (41 %), 128 MB, 84,948 a second, 7 s left',
  );
  expect(progressLine({ ...soFar, total: 50_000_000 })).toMatch(/ 10 min left$/);
});

test('progress without a total, or past it, says what it knows', () => {
  for (const total of [null, 400_000])
    expect(progressLine({ ...soFar, total })).toBe('412,000 requests, 128 MB, 84,948 a second');
});
