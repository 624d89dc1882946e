import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingWindow, windowOf } from './window.ts';

/** Gaps between requests in ms: bursts, trickles and pauses of more than the longest period used here. */
const gaps = fc.array(fc.oneof(fc.constant(0), fc.nat(40), fc.nat(2_000), fc.nat(200_000)), {
  minLength: 1,
  maxLength: 400,
});
const periods = fc.constantFrom(1_000, 7_000, 10_000, 60_000);
const limits = fc.integer({ min: 1, max: 30 });
const starts = fc.integer({ min: -10_000_000, max: 10_000_000 });

/** Asks at each time, and returns when it admitted. */
function admittedAt(times: readonly number[], period: number, limit: number): number[] {
  const window = new SlidingWindow(period);
  return times.filter((now) => {
    if (window.used(now) >= limit) return false;
    window.add(now, 1);
    return true;
  });
}

/** The same by a log of every admission. `within` is a little more than the longer period, for whole milliseconds. */
function admittedByLog(times: readonly number[], period: number, limit: number): number[] {
  const log: number[] = [];
  let oldest = 0;
  for (const now of times) {
    while (oldest < log.length && (log[oldest] as number) <= now - period) oldest++;
    if (log.length - oldest < limit) log.push(now);
  }
  return log;
}

const timesOf = (start: number, gaps: readonly number[]): number[] => {
  let now = start;
  return gaps.map((gap) => {
    now += gap;
    return now;
  });
};

test('in no period of that length, wherever it starts, is more than the limit admitted', () => {
  fc.assert(
    fc.property(starts, gaps, periods, limits, (start, gaps, period, limit) => {
      const admitted = admittedAt(timesOf(start, gaps), period, limit);
      for (let i = limit; i < admitted.length; i++)
        expect((admitted[i] as number) - (admitted[i - limit] as number)).toBeGreaterThan(period);
    }),
    { numRuns: 500 },
  );
});

test('at every moment at least as many were admitted as by an exact log with a period 1/60 longer', () => {
  fc.assert(
    fc.property(starts, gaps, periods, limits, (start, gaps, period, limit) => {
      const times = timesOf(start, gaps);
      const admitted = admittedAt(times, period, limit);
      const exact = admittedByLog(times, (period * 61) / 60, limit);
      exact.forEach((time, index) => {
        expect(admitted[index]).toBeLessThanOrEqual(time);
      });
    }),
    { numRuns: 500 },
  );
});

test('after the wait it names, and not before, so few count', () => {
  fc.assert(
    fc.property(starts, gaps, periods, fc.nat(30), (start, gaps, period, most) => {
      const window = new SlidingWindow(period);
      const times = timesOf(start, gaps);
      for (const time of times) window.add(time, 1);
      const now = times.at(-1) as number;
      const wait = window.waitUntil(most, now);
      if (wait > 0) expect(window.used(now + wait - 1)).toBeGreaterThan(most);
      expect(window.used(now + wait)).toBeLessThanOrEqual(most);
    }),
  );
});

test('at most 61 sub-buckets are kept, however much is counted and in whatever order', () => {
  fc.assert(
    fc.property(
      starts,
      periods,
      fc.array(fc.nat(200_000), { minLength: 200, maxLength: 400 }),
      (start, period, ages) => {
        const window = new SlidingWindow(period);
        for (const age of ages) window.add(start + 200_000 - (age % (2 * period)), 1_000_000_000);
        const kept = window.parts(start + 200_000);
        expect(kept.length).toBeLessThanOrEqual(61);
        expect(kept.reduce((sum, part) => sum + part.count, 0)).toBe(window.used(start + 200_000));
      },
    ),
  );
});

test('what is counted late counts where it belongs', () => {
  fc.assert(
    fc.property(starts, gaps, periods, (start, gaps, period) => {
      const times = timesOf(start, gaps);
      const now = times.at(-1) as number;
      const inOrder = new SlidingWindow(period);
      const reversed = new SlidingWindow(period);
      for (const time of times) inOrder.add(time, 1);
      for (const time of times.toReversed()) reversed.add(time, 1);
      expect(reversed.parts(now)).toEqual(inOrder.parts(now));
    }),
  );
});

test('a period changed on the way still never lets in more than it allows', () => {
  fc.assert(
    fc.property(gaps, gaps, periods, periods, limits, (before, after, oldPeriod, period, limit) => {
      const hour = new SlidingWindow(3_600_000);
      const old = new SlidingWindow(oldPeriod);
      const times = timesOf(1_000_000, before);
      for (const time of times) {
        hour.add(time, 1);
        old.add(time, 1);
      }
      const admitted = [...times];
      const changedAt = times.at(-1) as number;
      const window = windowOf(period, old, hour, changedAt);
      for (const now of timesOf(changedAt, after)) {
        if (window.used(now) >= limit) continue;
        window.add(now, 1);
        admitted.push(now);
        const inPeriod = admitted.filter((time) => time >= now - period).length;
        expect(inPeriod).toBeLessThanOrEqual(limit);
      }
    }),
  );
});

test('a window of the same period keeps the counts exactly', () => {
  const old = new SlidingWindow(10_000);
  const hour = new SlidingWindow(3_600_000);
  for (const time of [0, 10, 4_000]) {
    old.add(time, 1);
    hour.add(time, 1);
  }
  expect(windowOf(10_000, old, hour, 5_000).used(5_000)).toBe(3);
  expect(windowOf(10_000, old, hour, 5_000).used(20_000)).toBe(0);
});
