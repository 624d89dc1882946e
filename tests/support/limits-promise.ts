import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, SECOND } from '../../src/base/clock.ts';
import type { Limit } from '../../src/features/limits/contract.ts';
import { ExactLog } from '../../src/features/limits/exact-log.ts';
import type { LimitAnswer, LimitQuestion } from '../../src/features/limits/limiter.ts';

// The promise of docs/decisions/0040, against exact logs of what was admitted; for limiters of every kind.

/** A limiter that has counted nothing yet. */
export interface AskedAt {
  /** Asks one after the other, each at its time. */
  ask(asks: readonly { readonly question: LimitQuestion; readonly now: number }[]): Promise<LimitAnswer[]>;
}

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

/** One longer test for each half of the promise; `runs` is how many cases each is tried with. */
export function keepsThePromise(where: string, make: () => AskedAt | Promise<AskedAt>, runs: number): void {
  test(`${where}, hour and burst together: never too many in any period, never fewer than a log of 1/60 more admitted`, async () => {
    const input = limit.chain((token) =>
      fc.tuple(
        fc.constant(token),
        arrivals(token.burst.seconds, 120),
        // The limit's numbers change on the way; its period does not.
        fc.array(limit, { minLength: 1, maxLength: 4 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(input, async ([first, when, changes]) => {
        const limiter = await make();
        const asks = [...timesOf(when)].map((now, asked) => {
          const change = changes[Math.floor(asked / 40) % changes.length] as Limit;
          const token = { ...change, burst: { ...change.burst, seconds: first.burst.seconds } };
          return { now, token };
        });
        const answers = await limiter.ask(
          asks.map(({ now, token }) => ({
            question: { tokenId: 'a', token, instance: null },
            now: now + 0.5,
          })),
        );
        const [ours, exact] = [new ExactLog(), new ExactLog()];
        let [admitted, byLog] = [0, 0];
        for (const [at, { now, token }] of asks.entries()) {
          if (answers[at]?.admitted) {
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
      { numRuns: runs },
    );
  });

  test(`${where}, instance and tokens together: none of their periods has too many, and none refuses that has room`, async () => {
    const input = limit.chain((instance) =>
      fc.tuple(
        fc.constant(instance),
        fc.record({ a: limit, b: limit }),
        arrivals(instance.burst.seconds, 120),
        fc.array(fc.constantFrom('a' as const, 'b' as const), { minLength: 1, maxLength: 20 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(input, async ([instance, tokens, when, turns]) => {
        const limiter = await make();
        const asks = [...timesOf(when)].map((now, asked) => {
          const tokenId = turns[asked % turns.length] as 'a' | 'b';
          return { now, question: { tokenId, token: tokens[tokenId], instance } };
        });
        const answers = await limiter.ask(asks);
        const all = new ExactLog();
        const own = { a: new ExactLog(), b: new ExactLog() };
        for (const [at, { now, question }] of asks.entries()) {
          const { tokenId, token } = question;
          const room = hasRoom(all, instance, now) && hasRoom(own[tokenId], token, now);
          const admitted = answers[at]?.admitted;
          // Over the same admissions, a log of 1/60 more never admits what was refused.
          if (room) expect(admitted).toBe(true);
          if (!admitted) continue;
          all.add(now);
          own[tokenId].add(now);
          noneExceeded(all, instance, now);
          noneExceeded(own[tokenId], token, now);
        }
      }),
      { numRuns: runs },
    );
  });

  test(`${where}, limits, their periods and the ceiling itself changed on the way never let in more than is in force`, async () => {
    const input = fc.tuple(
      arrivals(10, 120),
      fc.array(fc.record({ token: limit, instance: fc.option(limit) }), { minLength: 2, maxLength: 8 }),
    );
    await fc.assert(
      fc.asyncProperty(input, async ([when, policies]) => {
        const limiter = await make();
        const asks = [...timesOf(when)].map((now, asked) => {
          const policy = policies[Math.floor(asked / 7) % policies.length] as (typeof policies)[number];
          const tokenId: 'a' | 'b' = asked % 3 === 0 ? 'b' : 'a';
          return { now, question: { tokenId, ...policy } };
        });
        const answers = await limiter.ask(asks);
        const [all, own] = [new ExactLog(), { a: new ExactLog(), b: new ExactLog() }];
        for (const [at, { now, question }] of asks.entries()) {
          if (!answers[at]?.admitted) continue;
          const { tokenId, token, instance } = question;
          all.add(now);
          own[tokenId].add(now);
          noneExceeded(own[tokenId], token, now);
          if (instance !== null) noneExceeded(all, instance, now);
        }
      }),
      { numRuns: runs },
    );
  });

  test(`${where}, Retry-After: after that long, or a millisecond less, the request is admitted, a second before that never`, async () => {
    const input = limit.chain((token) =>
      fc.tuple(
        fc.constant(token),
        fc.option(limit),
        arrivals(token.burst.seconds, 12),
        fc.integer({ min: 0, max: 999 }),
      ),
    );
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(input, async ([token, instance, when, fraction]) => {
        const limiter = await make();
        const times = [...timesOf(when)];
        const question = { tokenId: 'a', token, instance };
        const now = (times.at(-1) as number) + fraction / 1_000;
        const answers = await limiter.ask([
          ...times.map((time, turn) => ({
            question: { ...question, tokenId: turn % 4 === 0 ? 'b' : 'a' },
            now: time,
          })),
          // More than any limit lets in.
          ...Array.from({ length: 41 }, () => ({ question, now })),
        ]);
        const answer = answers.at(-1) as LimitAnswer;
        expect(answer.admitted).toBe(false);
        refused++;
        // Asked first: what is refused charges nothing.
        const early = now + answer.retryAfter * SECOND - 1;
        const later = await limiter.ask([
          { question, now: early - SECOND },
          { question, now: early },
        ]);
        expect(later.map(({ admitted }) => admitted)).toEqual([false, true]);
      }),
      { numRuns: runs * RETRIES },
    );
    expect(refused).toBe(runs * RETRIES);
  });
}

/** Cases of the last test are shorter, so there are more of them. */
const RETRIES = 6;
