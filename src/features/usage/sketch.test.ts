import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binOf, DurationSketch, RELATIVE_ERROR } from './sketch.ts';

const sketchOf = (durationsUs: readonly number[]) => {
  const sketch = new DurationSketch();
  for (const duration of durationsUs) sketch.add(binOf(duration), 1);
  return sketch;
};

/** The shortest duration that so many of a hundred did not exceed, in milliseconds. */
const exact = (durationsUs: readonly number[], percent: number) =>
  (durationsUs.toSorted((a, b) => a - b)[Math.ceil((percent * durationsUs.length) / 100) - 1] as number) /
  1_000;

const durations = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 20 }),
    fc.integer({ min: 0, max: 5_000_000 }),
    fc.maxSafeNat(),
    fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER),
  ),
  { minLength: 1, maxLength: 400 },
);

test('a percentile is at most 1 % off the true one, whatever the durations', () => {
  expect(RELATIVE_ERROR).toBe(0.01);
  fc.assert(
    fc.property(durations, (us) => {
      const { p50Ms, p95Ms, p99Ms } = sketchOf(us).percentiles(us.length);
      for (const [found, percent] of [
        [p50Ms, 50],
        [p95Ms, 95],
        [p99Ms, 99],
      ] as const) {
        const truth = exact(us, percent);
        expect(Math.abs((found as number) - truth)).toBeLessThanOrEqual(truth * RELATIVE_ERROR * 1.000001);
      }
    }),
    { numRuns: 300 },
  );
});

test('sketches that are merged, in any order, know what one of all durations knows', () => {
  fc.assert(
    fc.property(durations, durations, durations, (a, b, c) => {
      const whole = [...a, ...b, ...c];
      const merged = sketchOf(c);
      merged.merge(sketchOf(a));
      merged.merge(sketchOf(b));
      expect(merged.percentiles(whole.length)).toEqual(sketchOf(whole).percentiles(whole.length));
    }),
    { numRuns: 50 },
  );
});

test('percentiles of no request, or of requests of which some durations are not known, are none', () => {
  const none = { p50Ms: null, p95Ms: null, p99Ms: null };
  expect(sketchOf([]).percentiles(0)).toEqual(none);
  expect(sketchOf([1_000]).percentiles(2)).toEqual(none);
});
