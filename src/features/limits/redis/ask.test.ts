import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectRedis, freshCounters } from '../../../../tests/support/redis-counters.ts';
import type { Limit } from '../contract.ts';
import { createLimiter, type LimitQuestion } from '../limiter.ts';
import type { RedisLink } from './link.ts';
import type { AskMode } from './lua-ask.ts';

let link: RedisLink;
beforeAll(async () => {
  link = await connectRedis(inject('redis'));
});
afterAll(() => link.close());

const limit = (requestsPerHour: number, requests: number, seconds: number): Limit => ({
  requestsPerHour,
  burst: { requests, seconds },
});
const anyLimit = fc
  .tuple(
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 20 }),
    fc.constantFrom(1, 7, 10, 60, 900, 3_600),
  )
  .map(([perHour, requests, seconds]) => limit(perHour, requests, seconds));
const START = Date.UTC(2026, 10, 24, 12);

test('every answer is the very one that the limiter in memory gives, whatever changes on the way', async () => {
  const anySteps = fc.array(
    fc.record({
      tokenId: fc.constantFrom('a', 'b'),
      gap: fc.oneof(fc.nat(300), fc.nat(5_000), fc.nat(400_000)),
      times: fc.integer({ min: 1, max: 6 }),
      mode: fc.constantFrom<AskMode>('charge', 'charge', 'charge', 'predict', 'peek'),
    }),
    { minLength: 1, maxLength: 80, size: 'max' },
  );
  const policies = fc.array(fc.record({ token: anyLimit, instance: fc.option(anyLimit) }), {
    minLength: 1,
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(anySteps, policies, async (steps, changes) => {
      const [memory, counters] = [createLimiter(), await freshCounters(link, START)];
      let now = START;
      const asked = new Set<string>();
      const all = steps.flatMap(({ tokenId, gap, times, mode }, at) => {
        now += gap;
        const block = Math.floor(at / 9) % changes.length;
        const policy = changes[block] as (typeof changes)[number];
        const question: LimitQuestion = { tokenId, ...policy };
        // In memory a mere look makes the window of a burst of another length, which is coarser than to make it later.
        const first = !asked.has(`${Math.floor(at / 9)} ${tokenId}`);
        asked.add(`${Math.floor(at / 9)} ${tokenId}`);
        const one = { question, mode: first ? 'charge' : mode, now } as const;
        return Array.from({ length: times }, () => one);
      });
      const expected = all.map(({ question, mode, now }) =>
        mode === 'charge' ? memory.ask(question, now) : memory[mode](question, now),
      );
      expect(await counters.ask(all)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test('many clients at once never have more admitted than the limits say, and no less', async () => {
  const links = await Promise.all(Array.from({ length: 6 }, () => connectRedis(inject('redis'))));
  const counters = await freshCounters(link, START);
  const instance = limit(700, 1_000, 3_600);
  const token = limit(150, 1_000, 3_600);
  const answers = await Promise.all(
    links.flatMap((own) =>
      Array.from({ length: 200 }, (_, n) =>
        counters.over(own).ask([{ question: { tokenId: `t${n % 5}`, token, instance }, now: START + n }]),
      ),
    ),
  );
  for (const own of links) own.close();
  expect(answers.flat().filter(({ admitted }) => admitted)).toHaveLength(700);
});

test('all or nothing: what one limit refuses is charged to none', async () => {
  const counters = await freshCounters(link, START);
  const question = { tokenId: 'a', token: limit(100, 2, 10), instance: limit(100, 100, 10) };
  const answers = await counters.ask(Array.from({ length: 20 }, () => ({ question, now: START })));
  expect(answers.filter(({ admitted }) => admitted)).toHaveLength(2);
  const other = { ...question, tokenId: 'b', token: limit(1_000, 1_000, 10) };
  const [answer] = await counters.ask([{ question: other, now: START }]);
  expect(answer?.hour).toMatchObject({ owner: 'instance', limit: 100, remaining: 97 });
});

test('a trial is counted beside the limits in force, of what they let in, and refuses nothing', async () => {
  const counters = await freshCounters(link, START);
  const question = { tokenId: 'a', token: limit(3, 100, 10), instance: null };
  const trial = { tokenId: 'a', token: limit(100, 2, 10), instance: limit(1, 100, 10) };
  const ask = () => counters.trial({ question, trial, now: START });
  expect([await ask(), await ask(), await ask(), await ask()]).toEqual([
    null,
    'instance.hour',
    'instance.hour',
    null,
  ]);
  const lifted = { ...trial, instance: null };
  await counters.ask([{ question: { ...question, token: limit(9, 9, 10) }, trial: lifted, now: START }]);
  expect(
    await counters.trial({ question: { ...question, token: limit(9, 9, 10) }, trial: lifted, now: START }),
  ).toBe('token.burst');
});

test('a wall clock that is set back gives no free quota and locks nobody out', async () => {
  const counters = await freshCounters(link, START);
  const question = { tokenId: 'a', token: limit(100, 2, 10), instance: null };
  const back = START - 86_400_000;
  const at = async (now: number) => (await counters.ask([{ question, now }]))[0]?.admitted;
  expect([await at(START), await at(START + 1), await at(START + 2)]).toEqual([true, true, false]);
  // What passed before it was set is not known, so it counts as nothing.
  expect([await at(back), await at(back + 10_000), await at(back + 10_200)]).toEqual([false, false, true]);
});

test('a wall clock that is set ahead gives no free quota to who knows how much time has passed', async () => {
  const counters = await freshCounters(link, START);
  const question = { tokenId: 'a', token: limit(100, 2, 10), instance: null };
  const ahead = START + 1_800_000;
  const at = async (now: number, passed: number, sure = '') =>
    (await counters.ask([{ question, now, notAfter: `${sure}${START + passed}` }]))[0]?.admitted;
  expect([await at(START, 0), await at(START + 1, 1)]).toEqual([true, true]);
  // It may be the call that is late, so nothing happens yet.
  await expect(at(ahead, 2)).rejects.toThrow('GATEHOUSELATE');
  expect(await at(START + 2, 2)).toBe(false);
  expect(await at(ahead, 3, '=')).toBe(false);
  expect([await at(ahead + 9_000, 9_003), await at(ahead + 10_300, 10_303)]).toEqual([false, true]);
});

test('counters of another generation are not asked: the answer says that they are not there', async () => {
  const counters = await freshCounters(link, START);
  const question = { tokenId: 'a', token: limit(1, 1, 10), instance: null };
  await link.client.del(counters.keys.state);
  expect(await counters.raw({ question, now: START })).toBeNull();
  expect(await link.client.exists(counters.keys.of(counters.generation).token('a'))).toBe(0);
});

test('counters expire by themselves, the state sooner than any that still counts, and take little', async () => {
  const counters = await freshCounters(link, START);
  const token = limit(1_000_000, 1_000_000, 3_600);
  const question = { tokenId: 'a', token, instance: null };
  await counters.ask(
    Array.from({ length: 7_400 }, (_, second) => ({ question, now: START + second * 1_000 })),
  );
  const own = counters.keys.of(counters.generation);
  const [state, counted, index] = await Promise.all(
    [counters.keys.state, own.token('a'), own.index].map((key) => link.client.pttl(key)),
  );
  expect(state).toBeGreaterThan(0);
  expect(Math.min(Number(counted), Number(index))).toBeGreaterThan(Number(state) + 61 * 60_000);
  expect(await link.client.strlen(own.token('a'))).toBeLessThan(1_024);
  expect(await link.client.zcard(own.index)).toBe(1);
});
