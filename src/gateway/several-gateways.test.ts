import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { testFolder } from '../../tests/support/instance.ts';
import { postgresInstance } from '../../tests/support/postgres-instance.ts';
import { type RedisServer, startRedis } from '../../tests/support/redis.ts';
import { call } from '../../tests/support/running-gateway.ts';
import { placeOfPostgres } from '../db/place.ts';
import { type RunningGateway, startGateway } from './start.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const limit = (requests: number) => ({ requestsPerHour: requests, burst: { requests, seconds: 3_600 } });
const query = { limit: 50, offset: 0 };

/** Three gateways on one Postgres and one Redis, and a token. */
async function makeThree() {
  const { place, url, ask: admin } = await postgresInstance();
  const user = await admin.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const { secret, token } = await admin.tokens.create({ name: 'Test', userId: user.id, scope: 'full' });
  const places = [
    place,
    ...['two', 'three'].map((name) =>
      placeOfPostgres({ url, keyFile: place.keyFile ?? '', dataDir: join(testFolder(), name) }),
    ),
  ];
  const gateways: RunningGateway[] = [];
  onTestFinished(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  });
  const start = async () => {
    for (const one of places)
      gateways.push(
        await startGateway({
          place: one,
          host: '127.0.0.1',
          port: 0,
          limits: { redis: redis.url, fallback: 'refuse', patience: { connect: 300, command: 300 } },
          onFailure: () => undefined,
        }),
      );
  };
  /** The nth request, which goes to the gateways in turn; its status. */
  const ask = async (n: number): Promise<number> => {
    const answer = await call((gateways[n % 3] as RunningGateway).address, '/v1/shifts', secret);
    await answer.arrayBuffer();
    return answer.status;
  };
  return { admin, token, gateways, start, ask };
}

const allShared = (gateways: readonly RunningGateway[]) =>
  expect
    .poll(() => gateways.map((gateway) => gateway.measures().limits), { timeout: 20_000 })
    .toEqual(gateways.map(() => 'shared'));

test('three gateways together admit what the limit says, whatever becomes of Redis meanwhile', async () => {
  const { admin, gateways, start, ask } = await makeThree();
  await admin.limits.set({ target: { kind: 'default' }, limit: limit(400) });
  await start();
  const statuses: number[] = [];
  let ended = false;
  const clients = Array.from({ length: 6 }, async (_, client) => {
    for (let n = client; !ended; n++) {
      statuses.push(await ask(n));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  const admitted = () => statuses.filter((status) => status === 200).length;
  const until = (count: number) => expect.poll(admitted, { timeout: 20_000 }).toBeGreaterThan(count);
  await until(60);
  redis.process.kill('SIGKILL');
  redis = await startRedis(Number(new URL(redis.url).port));
  await until(admitted() + 60);
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  await until(admitted() + 60);
  redis.process.kill('SIGSTOP');
  await expect.poll(() => statuses.at(-1), { timeout: 20_000 }).toBe(503);
  redis.process.kill('SIGCONT');
  // What was charged and not let in, or counted twice to be on the safe side, is missing at the end.
  await expect.poll(() => statuses.at(-1), { timeout: 30_000 }).toBe(429);
  ended = true;
  await Promise.all(clients);
  expect(admitted()).toBeLessThanOrEqual(400);
  expect(new Set(statuses)).toEqual(new Set([200, 429, 503]));
  await allShared(gateways);
  const { byReason, total } = await admin.usage.summary({});
  const counted = total - byReason.reduce((sum, { count }) => sum + count, 0);
  expect(counted).toBeLessThanOrEqual(admitted());
}, 120_000);

test('a reset clears what the three count together, once', async () => {
  const { admin, token, gateways, start, ask } = await makeThree();
  await admin.limits.set({ target: { kind: 'default' }, limit: limit(6) });
  await start();
  const admitted = async (requests: number) =>
    (await Promise.all(Array.from({ length: requests }, (_, n) => ask(n)))).filter((status) => status === 200)
      .length;
  expect(await admitted(12)).toBe(6);
  await admin.limits.reset({ target: { kind: 'token', tokenId: token.id } });
  await expect.poll(() => admitted(1), { timeout: 5_000 }).toBe(1);
  expect(await admitted(4)).toBe(4);
  // By now each of them has heard of it.
  const versions = () => new Set(gateways.map((gateway) => gateway.policyVersion())).size;
  await expect.poll(versions, { timeout: 5_000 }).toBe(1);
  expect(await admitted(12)).toBe(1);
  const [one] = gateways as [RunningGateway];
  expect(await one.counters(query)).toMatchObject({ tokens: [{ hour: { used: 6, remaining: 0 } }] });
}, 60_000);
