import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../base/clock.ts';
import type { Limit } from './contract.ts';
import { ExactLog } from './exact-log.ts';
import { createLimiter } from './limiter.ts';

// The promise of docs/decisions/0040, against exact logs of what was admitted.

const limit = fc.record({
  requestsPerHour: fc.integer({ min: 1, max: 25 }),
  burst: fc.record({
    requests: fc.integer({ min: 1, max: 12 }),
    seconds: fc.constantFrom(1, 7, 10, 60, 3_600),
  }),
});

/** One longer by 1/60: the most that a client may have to wait beyond an exact log. */
const longer = (period: number): number => (period * 61) / 60;

/**
 * Where the next request comes: a moment later, or where an enforcement by buckets is weakest, which is on either
 * side of the next boundary of a sub-bucket, of a period and of a longer one after the last.
 */
const arrival = (seconds: number) => {
  const periods = [seconds * SECOND, HOUR];
  const side = fc.constantFrom(-1, 0, 1);
  return fc.oneof(
    fc.constant((last: number) => last),
    fc.nat(2_000).map((gap) => (last: number) => last + gap),
    fc.nat(400_000).map((gap) => (last: number) => last + gap),
    fc.tuple(fc.constantFrom(...periods), fc.integer({ min: 1, max: 62 }), side).map(
      ([period, ahead, by]) =>
        (last: number) =>
          Math.ceil(((Math.floor((last * 60) / period) + ahead) * period) / 60) + by,
    ),
    fc.tuple(fc.constantFrom(...periods), side).map(
      ([period, by]) =>
        (last: number) =>
          last + period + by,
    ),
    fc.tuple(fc.constantFrom(...periods), side).map(
      ([period, by]) =>
        (last: number) =>
          Math.ceil(last + longer(period)) + by,
    ),
  );
};

/** Times that never go back, each so many times. */
const arrivals = (seconds: number, maxLength: number) =>
  fc.tuple(
    fc.integer({ min: -1e7, max: 1e7 }),
    fc.array(fc.tuple(arrival(seconds), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength }),
  );

function* timesOf([start, steps]: [number, [(last: number) => number, number][]]): Generator<number> {
  let now = start;
  for (const [next, times] of steps) {
    now = Math.max(now, next(now));
    for (let i = 0; i < times; i++) yield now;
  }
}

const windowsOf = ({ requestsPerHour, burst }: Limit): [period: number, most: number][] => [
  [HOUR, requestsPerHour],
  [burst.seconds * SECOND, burst.requests],
];

/** No period that ends now, its first millisecond included, has more than it may. */
const noneExceeded = (log: ExactLog, limit: Limit, now: number): void => {
  for (const [period, most] of windowsOf(limit))
    expect(log.within(period + 1, now), `in ${period} ms`).toBeLessThanOrEqual(most);
};

const hasRoom = (log: ExactLog, limit: Limit, now: number): boolean =>
  windowsOf(limit).every(([period, most]) => log.within(longer(period), now) < most);

test('hour and burst together: never too many in any period, never fewer than a log of 1/60 more admitted', () => {
  const input = limit.chain((token) =>
    fc.tuple(
      fc.constant(token),
      arrivals(token.burst.seconds, 120),
      // The limit's numbers change on the way; its period does not.
      fc.array(limit, { minLength: 1, maxLength: 4 }),
    ),
  );
  fc.assert(
    fc.property(input, ([first, when, changes]) => {
      const limiter = createLimiter();
      const [ours, exact] = [new ExactLog(), new ExactLog()];
      let [admitted, byLog, asked] = [0, 0, 0];
      for (const now of timesOf(when)) {
        const change = changes[Math.floor(asked++ / 40) % changes.length] as Limit;
        const token = { ...change, burst: { ...change.burst, seconds: first.burst.seconds } };
        if (limiter.ask({ tokenId: 'a', token, instance: null }, now + 0.5).admitted) {
          ours.add(now);
          admitted++;
          noneExceeded(ours, token, now);
        }
        if (hasRoom(exact, token, now)) {
          exact.add(now);
          byLog++;
        }
        expect(admitted).toBeGreaterThanOrEqual(byLog);
      }
    }),
    { numRuns: 1_500 },
  );
});

test('instance and tokens together: none of their periods has too many, and none refuses that has room', () => {
  const input = limit.chain((instance) =>
    fc.tuple(
      fc.constant(instance),
      fc.record({ a: limit, b: limit }),
      arrivals(instance.burst.seconds, 120),
      fc.array(fc.constantFrom('a' as const, 'b' as const), { minLength: 1, maxLength: 20 }),
    ),
  );
  fc.assert(
    fc.property(input, ([instance, tokens, when, turns]) => {
      const limiter = createLimiter();
      const all = new ExactLog();
      const own = { a: new ExactLog(), b: new ExactLog() };
      let asked = 0;
      for (const now of timesOf(when)) {
        const tokenId = turns[asked++ % turns.length] as 'a' | 'b';
        const token = tokens[tokenId];
        const room = hasRoom(all, instance, now) && hasRoom(own[tokenId], token, now);
        const { admitted } = limiter.ask({ tokenId, token, instance }, now);
        // Over the same admissions, a log of 1/60 more never admits what was refused.
        if (room) expect(admitted).toBe(true);
        if (!admitted) continue;
        all.add(now);
        own[tokenId].add(now);
        noneExceeded(all, instance, now);
        noneExceeded(own[tokenId], token, now);
      }
    }),
    { numRuns: 1_500 },
  );
});

test('limits, their periods and the ceiling itself changed on the way never let in more than is in force', () => {
  const input = fc.tuple(
    arrivals(10, 120),
    fc.array(fc.record({ token: limit, instance: fc.option(limit) }), { minLength: 2, maxLength: 8 }),
  );
  fc.assert(
    fc.property(input, ([when, policies]) => {
      const limiter = createLimiter();
      const [all, own] = [new ExactLog(), { a: new ExactLog(), b: new ExactLog() }];
      let asked = 0;
      for (const now of timesOf(when)) {
        const { token, instance } = policies[
          Math.floor(asked / 7) % policies.length
        ] as (typeof policies)[number];
        const tokenId = asked++ % 3 === 0 ? 'b' : 'a';
        if (!limiter.ask({ tokenId, token, instance }, now).admitted) continue;
        all.add(now);
        own[tokenId].add(now);
        noneExceeded(own[tokenId], token, now);
        if (instance !== null) noneExceeded(all, instance, now);
      }
    }),
    { numRuns: 1_500 },
  );
});

test('Retry-After: after that long, or a millisecond less, the request is admitted, a second before that never', () => {
  const input = limit.chain((token) =>
    fc.tuple(
      fc.constant(token),
      fc.option(limit),
      arrivals(token.burst.seconds, 12),
      fc.integer({ min: 0, max: 999 }),
    ),
  );
  let refused = 0;
  fc.assert(
    fc.property(input, ([token, instance, when, fraction]) => {
      const limiter = createLimiter();
      let [last, turn] = [0, 0];
      for (const now of timesOf(when)) {
        last = now;
        limiter.ask({ tokenId: turn++ % 4 === 0 ? 'b' : 'a', token, instance }, now);
      }
      const question = { tokenId: 'a', token, instance };
      const now = last + fraction / 1_000;
      let answer = limiter.ask(question, now);
      for (let i = 0; i < 40 && answer.admitted; i++) answer = limiter.ask(question, now);
      expect(answer.admitted).toBe(false);
      refused++;
      // Asked first: what is refused charges nothing.
      const early = now + answer.retryAfter * SECOND - 1;
      expect(limiter.ask(question, early - SECOND).admitted).toBe(false);
      expect(limiter.ask(question, early).admitted).toBe(true);
    }),
    { numRuns: 10_000 },
  );
  expect(refused).toBe(10_000);
});

test('a token takes at most 512 bytes for its first request and 1.5 KiB however many follow, and sweeps give it back', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const inUse = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const token = { requestsPerHour: 10_000, burst: { requests: 100, seconds: 3_540 } };
  const limiter = createLimiter();
  const before = inUse();
  const askAll = (tokens: number, now: number) => {
    for (let i = 0; i < tokens; i++) {
      const tokenId = `019ac000-0000-7000-8000-${String(i).padStart(12, '0')}`;
      limiter.ask({ tokenId, token, instance: null }, now);
    }
  };
  askAll(20_000, 0);
  expect((inUse() - before) / 20_000).toBeLessThan(512);
  for (let now = 0; now < 61 * 60; now += 59) askAll(2_000, now * SECOND);
  for (let walks = 0; walks < 20; walks++) limiter.sweep(2_000, 61 * 60 * SECOND);
  expect(limiter.size).toBe(2_000);
  expect((inUse() - before) / 2_000).toBeLessThan(1_536);
  for (let walks = 0; walks < 20; walks++) limiter.sweep(2_000, 3 * HOUR);
  expect(limiter.size).toBe(0);
  expect((inUse() - before) / 20_000).toBeLessThan(64);
});
