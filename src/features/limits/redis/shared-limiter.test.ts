import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../../../tests/support/redis.ts';
import { HOUR, systemClock } from '../../../base/clock.ts';
import type { Limit } from '../contract.ts';
import type { LimitQuestion } from '../limiter.ts';
import { LocalFallback } from './fallback.ts';
import { redisKeys } from './keys.ts';
import type { SeedSource } from './seed.ts';
import { SharedLimiter } from './shared-limiter.ts';

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await startRedis();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});

const opened: SharedLimiter[] = [];
afterEach(async () => {
  server.process.kill('SIGCONT');
  for (const limiter of opened.splice(0)) limiter.close();
  await client.config('SET', 'maxmemory', '0');
  await client.config('SET', 'maxmemory-policy', 'noeviction');
});

const limit = (requests: number): Limit => ({
  requestsPerHour: requests,
  burst: { requests, seconds: 3_600 },
});
const questionOf = (tokenId: string): LimitQuestion => ({ tokenId, token: limit(100), instance: limit(150) });
const now = () => systemClock.monotonic();

const emptyLog: SeedSource = {
  log: { counted: async () => undefined },
  resets: async () => [],
  question: questionOf,
};

function make(
  instanceId: string,
  { fallback = null as LocalFallback | null, settle = 0, failures = [] as unknown[] } = {},
): SharedLimiter {
  const limiter = new SharedLimiter({
    url: server.url,
    instanceId,
    fallback,
    clock: systemClock,
    onFailure: (cause) => failures.push(cause),
    patience: { connect: 300, command: 300 },
    settle,
  });
  opened.push(limiter);
  return limiter;
}

async function begun(
  instanceId: string,
  options: Parameters<typeof make>[1] = {},
  source = emptyLog,
): Promise<SharedLimiter> {
  const limiter = make(instanceId, options);
  await limiter.begin(source, () => [], 10_000);
  return limiter;
}

const inMode = (limiter: SharedLimiter, mode: string) =>
  expect.poll(() => limiter.mode, { timeout: 10_000 }).toBe(mode);

/** How many of so many requests were let in. */
const admitted = async (limiter: SharedLimiter, tokenId: string, requests: number): Promise<number> => {
  const asked = await Promise.all(
    Array.from({ length: requests }, () => limiter.ask(questionOf(tokenId), null, now())),
  );
  return asked.filter((answer) => answer?.limits.admitted).length;
};

test('gateways that ask the same server together let in what the limits say, and not one more', async () => {
  const id = randomUUID();
  const gateways = await Promise.all(Array.from({ length: 4 }, () => begun(id)));
  const own = await Promise.all(gateways.map((gateway) => admitted(gateway, 'a', 60)));
  expect(own.reduce((sum, count) => sum + count, 0)).toBe(100);
  const other = await Promise.all(gateways.map((gateway) => admitted(gateway, 'b', 60)));
  // The instance's ceiling.
  expect(other.reduce((sum, count) => sum + count, 0)).toBe(50);
  // Another instance on the same server has counters of its own.
  expect(await admitted(await begun(randomUUID()), 'a', 10)).toBe(10);
});

test('one gateway seeds the counters of an empty server, once, and the others wait for it', async () => {
  const id = randomUUID();
  let seeded = 0;
  const source: SeedSource = {
    ...emptyLog,
    log: {
      counted: async (_since, take) => {
        seeded++;
        take('a', (_from, to) => (to === Number.POSITIVE_INFINITY ? 70 : 0));
        take('b', (_from, to) => (to === Number.POSITIVE_INFINITY ? 10 : 0));
      },
    },
  };
  const gateways = await Promise.all(Array.from({ length: 3 }, () => begun(id, { settle: 300 }, source)));
  expect(seeded).toBe(1);
  const own = await Promise.all(gateways.map((gateway) => admitted(gateway, 'a', 30)));
  expect(own.reduce((sum, count) => sum + count, 0)).toBe(30);
  const [instance] = await (gateways[0] as SharedLimiter).standings('instance', [questionOf('')], now());
  expect(instance?.used).toBe(110);
  const found: string[] = [];
  for await (const ids of (gateways[1] as SharedLimiter).tokens()) found.push(...ids);
  expect(found.sort()).toEqual(['a', 'b']);
});

test('what is being answered, and so is not in the log yet, counts in the new counters as well', async () => {
  const id = randomUUID();
  const gateway = make(id);
  const letIn = { question: questionOf('a'), time: now() };
  await gateway.begin(emptyLog, () => [letIn, letIn], 10_000);
  expect(await admitted(gateway, 'a', 110)).toBe(98);
  const [instance] = await gateway.standings('instance', [questionOf('')], now());
  expect(instance?.used).toBe(100);
});

test('a seed that cannot be read is tried again, and nobody is let in meanwhile', async () => {
  let readable = false;
  const failures: unknown[] = [];
  const gateway = make(randomUUID(), { failures });
  const source: SeedSource = {
    ...emptyLog,
    log: {
      counted: async () => {
        if (!readable) throw new Error('the log is away');
      },
    },
  };
  await gateway.begin(source, () => [], 500);
  expect(gateway.mode).toBe('unavailable');
  expect(await gateway.ask(questionOf('a'), null, now())).toBeNull();
  readable = true;
  await inMode(gateway, 'shared');
  expect(String(failures[0])).toContain('the log is away');
});

test('a reset is applied once, however late another gateway learns of it', async () => {
  const id = randomUUID();
  const [one, two] = [await begun(id), await begun(id)];
  expect(await admitted(one, 'a', 120)).toBe(100);
  one.reset('a', 7);
  expect(await admitted(one, 'a', 30)).toBe(30);
  two.reset('a', 7);
  expect(await admitted(two, 'a', 120)).toBe(20);
  two.reset(null, 8);
  one.reset(null, 8);
  const [instance] = await two.standings('instance', [questionOf('')], now());
  expect(instance?.used).toBe(0);
});

test('a reset while the server is away is applied when it is back, before anybody is let in', async () => {
  const id = randomUUID();
  const gateway = await begun(id);
  expect(await admitted(gateway, 'a', 120)).toBe(100);
  server.process.kill('SIGSTOP');
  await inMode(gateway, 'unavailable');
  gateway.reset('a', 3);
  server.process.kill('SIGCONT');
  await inMode(gateway, 'shared');
  expect(await admitted(gateway, 'a', 1)).toBe(1);
});

test('what a gateway let in by itself counts for all when the server is back', async () => {
  const id = randomUUID();
  const alone = await begun(id, { fallback: new LocalFallback() });
  const other = await begun(id);
  expect(await admitted(alone, 'a', 10)).toBe(10);
  server.process.kill('SIGSTOP');
  await inMode(alone, 'suspended');
  expect(await admitted(alone, 'a', 40)).toBe(40);
  expect(await admitted(other, 'a', 5)).toBe(0);
  server.process.kill('SIGCONT');
  await Promise.all([inMode(alone, 'shared'), inMode(other, 'shared')]);
  // Questions that the server got to when it was woken may have been charged as well.
  expect(await admitted(other, 'a', 100)).toBeLessThanOrEqual(50);
  expect(await admitted(alone, 'a', 100)).toBe(0);
});

test('what a gateway let in by itself before a reset does not count when the server is back', async () => {
  const gateway = await begun(randomUUID(), { fallback: new LocalFallback() });
  server.process.kill('SIGSTOP');
  await inMode(gateway, 'suspended');
  expect(await admitted(gateway, 'a', 100)).toBe(100);
  gateway.reset('a', 5);
  expect(await admitted(gateway, 'a', 3)).toBe(3);
  server.process.kill('SIGCONT');
  await inMode(gateway, 'shared');
  const [token] = await gateway.standings('token', [questionOf('a')], now());
  const [instance] = await gateway.standings('instance', [questionOf('')], now());
  expect([token?.used, instance?.used]).toEqual([3, 103]);
});

test('a server whose clock is set ahead, or back, frees nothing for a gateway that was there', async () => {
  const id = randomUUID();
  const gateway = await begun(id);
  expect(await admitted(gateway, 'a', 120)).toBe(100);
  const { state } = redisKeys(id);
  for (const hours of [5, -5]) {
    const stored = (await client.getBuffer(state)) as Buffer;
    // What its time is ahead of its wall clock: as much as if the clock were set.
    stored.writeDoubleBE(stored.readDoubleBE(8) + hours * HOUR, 8);
    await client.set(state, stored, 'PX', 600_000);
    expect(await admitted(gateway, 'a', 20)).toBe(0);
  }
  const [token] = await gateway.standings('token', [questionOf('a')], now());
  expect(token?.hour.growsInMs).toBeGreaterThan(HOUR - 60_000);
  expect(gateway.mode).toBe('shared');
});

test('a gateway that was busy itself for long takes the answers that came meanwhile', async () => {
  const failures: unknown[] = [];
  const gateway = await begun(randomUUID(), { failures });
  const asked = gateway.ask(questionOf('a'), null, now());
  // The question has to leave first.
  await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + 600;
  while (performance.now() < until);
  expect((await asked)?.limits.admitted).toBe(true);
  expect([gateway.mode, failures]).toEqual(['shared', []]);
});

test('a server without memory lets nobody in, and is asked again as soon as it has some', async () => {
  const gateway = await begun(randomUUID());
  await client.config('SET', 'maxmemory', '1');
  expect(await gateway.ask(questionOf('a'), null, now())).toBeNull();
  expect(gateway.mode).toBe('unavailable');
  await client.config('SET', 'maxmemory', '0');
  expect((await gateway.ask(questionOf('a'), null, now()))?.limits.hour.remaining).toBe(99);
  expect(gateway.mode).toBe('shared');
});

test('a server that only reads lets nobody in, and the gateway comes back when it writes', async () => {
  const gateway = await begun(randomUUID());
  const primary = await startRedis();
  await client.replicaof('127.0.0.1', Number(new URL(primary.url).port));
  await expect.poll(async () => await gateway.ask(questionOf('a'), null, now())).toBeNull();
  await client.call('REPLICAOF', 'NO', 'ONE');
  await inMode(gateway, 'shared');
  expect((await gateway.ask(questionOf('a'), null, now()))?.limits.admitted).toBe(true);
  await primary.stop();
});

test('a server that may throw counters away is refused, and the reason is told', async () => {
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  await client.config('SET', 'maxmemory', '100mb');
  const failures: unknown[] = [];
  const gateway = make(randomUUID(), { failures });
  await gateway.begin(emptyLog, () => [], 500);
  expect(gateway.mode).toBe('unavailable');
  expect(String(failures[0])).toContain('maxmemory-policy must be noeviction');
});
