import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';
import type { LimitsOptions } from './limits.ts';

let redis: RedisServer;
let running: Running;
const failures: unknown[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  running = await makeRunning();
  failures.length = 0;
});
afterEach(() => {
  redis.process.kill('SIGCONT');
  return running.close();
});

const limit = (requests: number, seconds = 3_600) => ({
  requestsPerHour: requests,
  burst: { requests, seconds },
});
const query = { limit: 50, offset: 0 };
const IMPATIENT = { connect: 300, command: 300 };

const start = (
  fallback: LimitsOptions['fallback'] = 'refuse',
  { patience = IMPATIENT, ...given }: Partial<LimitsOptions> = { settle: 0 },
) =>
  running.start({
    limits: { redis: redis.url, fallback, patience, ...given },
    onFailure: (cause) => failures.push(cause),
  });
type Started = Awaited<ReturnType<typeof start>>;

const ask = async (gateway: Started, secret: string) => {
  const answer = await call(gateway.address, '/v1/shifts', secret);
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, code, headers: answer.headers };
};

/** Once the gateway says that its limits are so. */
const inMode = (gateway: Started, mode: string) =>
  expect.poll(() => gateway.measures().limits, { timeout: 15_000 }).toBe(mode);

test('limits, trials, headers, counters and explanations are those of the limiter in memory', async () => {
  const { secret, token } = await running.token({ name: 'Rota' });
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(3) });
  await running.admin.limits.set({ target: { kind: 'instance' }, limit: limit(50) });
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(2), trial: true });
  const gateway = await start();
  expect(gateway.measures()).toMatchObject({ limits: 'shared', unready: null });
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await ask(gateway, secret));
  expect(answers.map(({ status, headers }) => [status, headers.get('x-ratelimit-remaining')])).toEqual([
    [200, '2'],
    [200, '1'],
    [200, '0'],
    [429, '0'],
  ]);
  expect(answers[3]?.code).toBe('limit.hour');
  expect(Number(answers[3]?.headers.get('retry-after'))).toBeGreaterThan(3_500);
  const third = await running.logged(answers[2]?.headers.get('x-request-id') ?? null);
  expect(await running.admin.logs.get({ requestId: third.requestId })).toMatchObject({
    trial: 'token.hour',
  });
  expect(await gateway.counters(query)).toMatchObject({
    source: 'gateway',
    total: 1,
    instance: { hour: { used: 3, limit: 50, remaining: 47 } },
    tokens: [{ tokenName: 'Rota', hour: { used: 3, limit: 3, remaining: 0 }, burst: { used: 3 } }],
  });
  expect(
    await gateway.explain({
      credential: { kind: 'token', tokenId: token.id },
      address: '127.0.0.1',
      method: 'GET',
      path: '/v1/shifts',
    }),
  ).toMatchObject({ verdict: 'deny', reason: 'limit.hour', countedBy: 'gateway' });
  expect((await ask(gateway, 'shf_none')).status).toBe(401);
  expect(failures).toEqual([]);
});

test('a token that is revoked while its limits are asked is not let in', async () => {
  const { secret, token } = await running.token();
  const gateway = await start('refuse', { patience: { connect: 20_000, command: 20_000 }, settle: 0 });
  expect((await ask(gateway, secret)).status).toBe(200);
  redis.process.kill('SIGSTOP');
  const asked = ask(gateway, secret);
  // By when this one is answered, the other has come as far as Redis.
  expect((await ask(gateway, 'shf_none')).status).toBe(401);
  await running.admin.tokens.revoke({ id: token.id });
  redis.process.kill('SIGCONT');
  expect(await asked).toMatchObject({ status: 401, code: 'token.revoked' });
});

test('while Redis is stopped or gone nobody is let in, each denial is logged, and it goes on by itself', async () => {
  const { secret } = await running.token();
  const gateway = await start();
  expect((await ask(gateway, secret)).status).toBe(200);
  for (const away of ['SIGSTOP', 'SIGKILL'] as const) {
    redis.process.kill(away);
    await inMode(gateway, 'unavailable');
    const denied = await Promise.all(Array.from({ length: 20 }, () => ask(gateway, secret)));
    expect(denied.map(({ status, code }) => `${status} ${code}`)).toEqual(
      denied.map(() => '503 limits.unavailable'),
    );
    expect(denied[0]?.headers.get('retry-after')).toBe('1');
    const row = await running.logged(denied[0]?.headers.get('x-request-id') ?? null);
    expect(row).toMatchObject({ status: 503, reason: 'limits.unavailable' });
    expect(gateway.measures().unready).toBe('limits.unavailable');
    expect(await gateway.counters(query)).toBeNull();
    expect((await ask(gateway, 'shf_none')).status).toBe(401);
    if (away === 'SIGSTOP') redis.process.kill('SIGCONT');
    else redis = await startRedis(Number(new URL(redis.url).port));
    await inMode(gateway, 'shared');
    expect((await ask(gateway, secret)).status).toBe(200);
  }
  expect(failures.length).toBeGreaterThan(0);
  expect(failures.length).toBeLessThan(6);
});

test('a Redis that comes back empty begins where the log leaves off', async () => {
  const { secret } = await running.token();
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(5) });
  await running.admin.limits.set({ target: { kind: 'instance' }, limit: limit(7) });
  // As long as it takes until the log has what was let in.
  const gateway = await start('refuse', {});
  for (let i = 0; i < 4; i++) expect((await ask(gateway, secret)).status).toBe(200);
  redis.process.kill('SIGKILL');
  await inMode(gateway, 'unavailable');
  redis = await startRedis(Number(new URL(redis.url).port));
  await inMode(gateway, 'shared');
  expect(await gateway.counters(query)).toMatchObject({
    instance: { hour: { used: 4 }, burst: { used: 4 } },
    tokens: [{ hour: { used: 4 }, burst: { used: 4 } }],
  });
  const other = new Redis(redis.url);
  await other.flushall();
  other.disconnect();
  await expect
    .poll(async () => (await ask(gateway, secret)).code, { timeout: 5_000 })
    .toBe('limits.unavailable');
  await inMode(gateway, 'shared');
  expect((await ask(gateway, secret)).headers.get('x-ratelimit-remaining')).toBe('0');
  expect((await ask(gateway, secret)).code).toBe('limit.hour');
});

test('with a fallback the gateway counts by itself, says so, and what it let in counts when Redis is back', async () => {
  const { secret } = await running.token();
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(6) });
  const gateway = await start('local');
  for (let i = 0; i < 2; i++) expect((await ask(gateway, secret)).status).toBe(200);
  redis.process.kill('SIGSTOP');
  await inMode(gateway, 'suspended');
  expect(gateway.measures().unready).toBeNull();
  // It knows what it had let in itself.
  expect((await ask(gateway, secret)).headers.get('x-ratelimit-remaining')).toBe('3');
  expect((await ask(gateway, secret)).headers.get('x-ratelimit-remaining')).toBe('2');
  expect(await gateway.counters(query)).toMatchObject({ tokens: [{ hour: { used: 4 } }] });
  redis.process.kill('SIGCONT');
  await inMode(gateway, 'shared');
  const { headers } = await ask(gateway, secret);
  // A call that Redis got to when it was woken may have been charged as well.
  expect(Number(headers.get('x-ratelimit-remaining'))).toBeLessThanOrEqual(1);
});

test('a reset clears the shared counters once, also where a gateway learns of it late or starts later', async () => {
  const { secret, token } = await running.token();
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(2) });
  let gateway = await start();
  const statuses = async (n: number) => {
    const all = [];
    for (let i = 0; i < n; i++) all.push((await ask(gateway, secret)).status);
    return all;
  };
  expect(await statuses(3)).toEqual([200, 200, 429]);
  await running.admin.limits.reset({ target: { kind: 'token', tokenId: token.id } });
  expect(await statuses(3)).toEqual([200, 200, 429]);
  await gateway.stop();
  gateway = await start();
  expect(await statuses(1)).toEqual([429]);
  await gateway.stop();
  await running.admin.limits.reset({ target: { kind: 'token', tokenId: token.id } });
  gateway = await start();
  expect(await statuses(3)).toEqual([200, 200, 429]);
});
