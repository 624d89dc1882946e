import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Limit } from './contract.ts';
import { createLimiter } from './limiter.ts';

const limit = (requestsPerHour: number, requests: number, seconds: number): Limit => ({
  requestsPerHour,
  burst: { requests, seconds },
});

const anyLimit = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 60 }))
  .map(([perHour, requests, seconds]) => limit(perHour, requests, seconds));

test('a refused request is admitted after the Retry-After it was told, if nothing else was', () => {
  fc.assert(
    fc.property(
      anyLimit,
      fc.option(anyLimit),
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(5_000)), { maxLength: 200 }),
      (token, instance, asks) => {
        const limiter = createLimiter();
        let now = 0.25;
        for (const [tokenId, gap] of asks) {
          now += gap;
          limiter.ask({ tokenId, token, instance }, now);
        }
        const question = { tokenId: 'a', token, instance };
        const answer = limiter.ask(question, now);
        if (answer.admitted) return;
        expect(limiter.ask(question, now + answer.retryAfter * 1_000).admitted).toBe(true);
      },
    ),
  );
});

test('a refused request charges no limit', () => {
  const limiter = createLimiter();
  const instance = limit(100, 100, 10);
  const question = { tokenId: 'a', token: limit(100, 2, 10), instance };
  const admitted = Array.from({ length: 20 }, () => limiter.ask(question, 0).admitted);
  expect(admitted.filter(Boolean)).toHaveLength(2);
  const other = limiter.ask({ tokenId: 'b', token: limit(1_000, 1_000, 10), instance }, 0);
  expect(other.hour).toMatchObject({ owner: 'instance', limit: 100, remaining: 97 });
});

test('the instance is asked before the token, the hour before the burst', () => {
  const limiter = createLimiter();
  const one = limit(1, 1, 10);
  limiter.ask({ tokenId: 'a', token: one, instance: one }, 0);
  const refusal = (token: Limit, instance: Limit | null) =>
    limiter.ask({ tokenId: 'a', token, instance }, 1).refusal;
  expect(refusal(one, one)).toMatchObject({ owner: 'instance', kind: 'hour' });
  expect(refusal(one, limit(9, 1, 10))).toMatchObject({ owner: 'instance', kind: 'burst' });
  expect(refusal(one, limit(9, 9, 10))).toMatchObject({ owner: 'token', kind: 'hour' });
  expect(refusal(limit(9, 1, 10), null)).toMatchObject({ owner: 'token', kind: 'burst' });
});

test('a prediction is the very answer that is given then, and leaves no trace', () => {
  fc.assert(
    fc.property(
      anyLimit,
      fc.option(anyLimit),
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(5_000)), { maxLength: 100 }),
      (token, instance, asks) => {
        const [asked, predicting] = [createLimiter(), createLimiter()];
        let now = 0.25;
        for (const [tokenId, gap] of asks) {
          now += gap;
          const question = { tokenId, token, instance };
          const predicted = predicting.predict(question, now);
          expect(predicting.size).toBe(asked.size);
          expect(asked.ask(question, now)).toEqual(predicted);
          expect(predicting.ask(question, now)).toEqual(predicted);
        }
      },
    ),
  );
});

test('a look charges nothing, admits nothing, refuses nothing and needs no counters', () => {
  const limiter = createLimiter();
  const question = { tokenId: 'a', token: limit(10, 1, 10), instance: null };
  const neither = { admitted: false, refusal: null, retryAfter: 0 };
  expect(limiter.peek(question, 0)).toMatchObject({ ...neither, hour: { remaining: 10, growsInMs: 0 } });
  expect(limiter.size).toBe(0);
  limiter.ask(question, 0);
  expect(limiter.peek(question, 1)).toMatchObject({ ...neither, burst: { remaining: 0 } });
});

test('remaining grows at the moment that was named', () => {
  const limiter = createLimiter();
  const question = { tokenId: 'a', token: limit(3, 3, 10), instance: null };
  limiter.ask(question, 0);
  const { hour } = limiter.ask(question, 90_000);
  expect(hour.remaining).toBe(1);
  expect(limiter.peek(question, 90_000 + hour.growsInMs - 1).hour.remaining).toBe(1);
  expect(limiter.peek(question, 90_000 + hour.growsInMs).hour.remaining).toBe(2);
});

test('a lowered limit counts what was used under the old one', () => {
  const limiter = createLimiter();
  const ask = (token: Limit, now: number) => limiter.ask({ tokenId: 'a', token, instance: null }, now);
  for (let i = 0; i < 10; i++) ask(limit(100, 100, 10), i);
  expect(ask(limit(5, 100, 10), 20)).toMatchObject({ admitted: false, hour: { remaining: 0 } });
  expect(ask(limit(100, 10, 60), 20)).toMatchObject({ refusal: { kind: 'burst' } });
});

test('a new ceiling of the instance knows what was admitted before it', () => {
  const limiter = createLimiter();
  const token = limit(100, 100, 10);
  for (let i = 0; i < 10; i++) limiter.ask({ tokenId: 'a', token, instance: null }, i);
  const answer = limiter.ask({ tokenId: 'b', token, instance: limit(10, 100, 10) }, 20);
  expect(answer.refusal).toMatchObject({ owner: 'instance', kind: 'hour' });
});

test('what an earlier process admitted counts exactly as if it had been admitted here', () => {
  const anything = { requestsPerHour: 1e9, burst: { requests: 1e9, seconds: 1 } };
  const seconds = fc.integer({ min: 1, max: 3_600 });
  fc.assert(
    fc.property(
      seconds,
      fc.option(seconds),
      fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.oneof(fc.nat(3_700_000), fc.nat(2_000))), {
        maxLength: 60,
      }),
      fc.integer({ min: -1e7, max: 1e7 }),
      fc.array(fc.nat(400_000), { minLength: 1, maxLength: 8 }),
      (ofToken, ofInstance, admitted, now, waits) => {
        const token = { ...anything, burst: { requests: 1e9, seconds: ofToken } };
        const instance =
          ofInstance === null ? null : { ...anything, burst: { requests: 1e8, seconds: ofInstance } };
        const times = admitted.map(([id, ago]) => ({ id, time: now - ago })).sort((a, b) => a.time - b.time);
        const [here, seeded] = [createLimiter(), createLimiter()];
        for (const { id, time } of times) here.ask({ tokenId: id, token, instance }, time);
        for (const tokenId of ['a', 'b']) {
          const between = (from: number, to: number) =>
            times.filter(({ id, time }) => id === tokenId && time >= from && time < to).length;
          seeded.seed({ tokenId, token, instance }, between, now + 0.5);
        }
        let later = now;
        for (const wait of [0, ...waits]) {
          later += wait;
          for (const tokenId of ['a', 'b'])
            for (const asked of [
              { tokenId, token, instance },
              {
                tokenId,
                token,
                instance: { requestsPerHour: 1_000, burst: { requests: 1_000, seconds: 3_600 } },
              },
            ])
              expect(seeded.peek(asked, later)).toEqual(here.peek(asked, later));
        }
      },
    ),
  );
});

test('of a million tokens those have counters that used something in the last hour, and no others', () => {
  const limiter = createLimiter();
  const token = limit(10_000, 100, 10);
  const million = 1_000_000;
  const askSome = (every: number, now: number) => {
    for (let i = 0; i < million; i += every) limiter.ask({ tokenId: `t${i}`, token, instance: null }, now);
  };
  const sweepAll = (now: number) => {
    for (let looked = 0; looked <= million; looked += 2_000) limiter.sweep(2_000, now);
  };
  askSome(1, 0);
  expect(limiter.size).toBe(million);
  // Those that are asked again do not become more.
  for (let minute = 1; minute <= 60; minute++) askSome(1_000, minute * 60_000);
  expect(limiter.size).toBe(million);
  sweepAll(3_660_000);
  expect(limiter.size).toBe(million / 1_000);
  expect(limiter.peek({ tokenId: 't0', token, instance: null }, 3_660_000).hour.remaining).toBe(10_000 - 60);
  sweepAll(7_260_000);
  expect(limiter.size).toBe(0);
  // The instance's own are a constant few.
  expect(limiter.standing('instance', { tokenId: '', token, instance: null }, 7_260_000).used).toBe(0);
});

test('counters of tokens that count nothing any more are given back', () => {
  const limiter = createLimiter();
  const token = limit(10, 10, 10);
  for (let i = 0; i < 1_000; i++) limiter.ask({ tokenId: `t${i}`, token, instance: null }, 0);
  limiter.sweep(2_000, 60_000);
  expect(limiter.size).toBe(1_000);
  for (let i = 0; i < 5; i++) limiter.sweep(500, 3_700_000);
  expect(limiter.size).toBe(0);
});
