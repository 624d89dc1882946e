import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cuttable, startCuttable, through } from '../support/cut.ts';
import {
  gatehouse,
  gatehouseJson,
  type LoggedRow,
  logsOnce,
  type Serving,
  serve,
} from '../support/gatehouse.ts';
import { type Answered, hammer } from '../support/hammer.ts';
import { makeDatabase, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type RedisServer, startRedis } from '../support/redis.ts';
import { startUpstream, thingsDocument } from '../support/upstream.ts';

/** Three gateways on one Postgres and one Redis, from outside: real processes, real HTTP, real outages. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cluster-'));
const keyFile = join(folder, 'instance.key');
let postgres: PostgresServer;
let redis: RedisServer;
let url: string;
const on = (): string[] => ['--db', url, '--key-file', keyFile];

/** Each gateway has its own way to each server, so that one of them can be cut off. */
interface Member {
  serving: Serving;
  readonly database: Cuttable;
  readonly limits: Cuttable;
  readonly args: readonly string[];
  readonly by: string;
}
const members: Member[] = [];
const addresses = () => members.map(({ serving }) => serving.gateway);

const portOf = (of: string): number => Number(new URL(of).port);

async function join3(name: string, ...more: string[]): Promise<Member> {
  const [database, limits] = [await startCuttable(portOf(url)), await startCuttable(portOf(redis.url))];
  const by = through(url, database.port);
  const args = [
    '--key-file',
    keyFile,
    '--data-dir',
    join(folder, name),
    '--redis',
    through(redis.url, limits.port),
    ...more,
  ];
  return { serving: await serve(by, ...args), database, limits, args, by };
}

/** Starts a member again whose process has ended, on the same folder. */
async function again(member: Member): Promise<void> {
  member.serving = await serve(member.by, ...member.args);
}

async function leave({ serving, database, limits }: Member): Promise<number | null> {
  database.heal();
  limits.heal();
  const code = await serving.end('SIGTERM');
  await Promise.all([database.close(), limits.close()]);
  return code;
}

const createToken = (name: string) =>
  gatehouseJson<{ id: string; secret: string }>(
    'token',
    'create',
    ...on(),
    '--name',
    name,
    '--user',
    'ada@example.org',
    '--scope',
    'read-only',
  );

const unlimited = async (id: string) => {
  const ran = await gatehouse(
    'limit',
    'set',
    ...on(),
    '--token',
    id,
    '--per-hour',
    '10000000',
    '--burst',
    '1000000',
    '--burst-seconds',
    '10',
  );
  expect(ran.stderr).toBe('');
};

/**
 * Every answer that a client saw is in the log, once; and the log has no row twice. Who was refused before the token was
 * looked at (503) has no token in the log.
 */
async function expectLogged(answers: readonly Answered[], tokenId: string): Promise<LoggedRow[]> {
  const ids = new Set(answers.map(({ requestId }) => requestId));
  expect(ids.size).toBe(answers.length);
  const early = answers.some(({ status }) => status === 503)
    ? await logsOnce(url, () => true, '--key-file', keyFile, '--status', '503')
    : [];
  const has = (rows: LoggedRow[]) => {
    const logged = new Set([...early, ...rows].map(({ requestId }) => requestId));
    return [...ids].every((id) => logged.has(id));
  };
  const rows = await logsOnce(url, has, '--key-file', keyFile, '--token', tokenId);
  for (const list of [rows, early])
    expect(new Set(list.map(({ requestId }) => requestId)).size).toBe(list.length);
  return rows;
}

/** The roll-ups have what the log has: nothing twice, nothing lost. */
async function expectCounted(rows: readonly LoggedRow[], tokenId: string): Promise<void> {
  const usage = await gatehouseJson<{ total: number }>('usage', ...on(), '--token', tokenId);
  expect(usage.total).toBe(rows.length);
}

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  url = await makeDatabase(postgres.url);
  members.push(await join3('one', '--demo', '--max-policy-age', '2s'));
  members.push(await join3('two', '--max-policy-age', '2s'));
  members.push(await join3('three', '--max-policy-age', '2s'));
  await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...on());
}, 60_000);

afterAll(async () => {
  await Promise.all(members.map(leave));
  await Promise.all([postgres?.stop(), redis?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

describe('three gateways on one database', () => {
  test('together admit what the burst allows, and not one request more', async () => {
    const { id, secret } = await createToken('Shared burst');
    await gatehouse(
      'limit',
      'set',
      ...on(),
      '--token',
      id,
      '--per-hour',
      '1000',
      '--burst',
      '40',
      '--burst-seconds',
      '600',
    );
    await expect.poll(() => limitAt(secret), { timeout: 5_000 }).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, n) =>
        fetch(`${addresses()[n % 3]}/v1/locations`, { headers: { authorization: `Bearer ${secret}` } }),
      ),
    );
    const admitted = answers.filter(({ status }) => status === 200).length;
    const limited = answers.filter(({ status }) => status === 429);
    // The three that asked what the limit is were admitted as well.
    expect(admitted).toBe(40 - 3);
    expect(limited).toHaveLength(150 - admitted);
    for (const { headers } of limited) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  /** Whether every gateway has applied the token's own limit; asks each once. */
  async function limitAt(secret: string): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const headers = await Promise.all(
      addresses().map(async (address) => {
        const answer = await fetch(`${address}/v1/locations`, {
          headers: { authorization: `Bearer ${secret}` },
        });
        return answer.headers.get('x-ratelimit-limit');
      }),
    );
    return headers.every((limit) => limit === '1000');
  }

  test('none of them lets a revoked token in 2 s after the revocation returned, under load', async () => {
    const other = await createToken('Background');
    await unlimited(other.id);
    const load = hammer(addresses, other.secret, { connections: 2 });
    const delays: number[] = [];
    for (let round = 0; round < 4; round++) {
      const { id, secret } = await createToken(`To be revoked ${round}`);
      await unlimited(id);
      const own = hammer(addresses, secret, { connections: 1 });
      await expect
        .poll(() => new Set(own.answered.filter((a) => a.status === 200).map((a) => a.gateway)).size)
        .toBe(3);
      expect((await gatehouse('token', 'revoke', id, ...on())).code).toBe(0);
      const returned = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 2_300));
      const answers = await own.stop();
      const last = Math.max(...answers.filter(({ status }) => status === 200).map(({ at }) => at));
      delays.push(last - returned);
      // After a hundred refusals the address has to wait before it hears more.
      expect(['token.revoked', 'limit.unauthenticated']).toContain(answers.at(-1)?.code);
    }
    await load.stop();
    expect(Math.max(...delays)).toBeLessThan(2_000);
  });

  test('killed and stopped at random moments lose no request from the log, and count none twice', async () => {
    const { id, secret } = await createToken('Survivor');
    await unlimited(id);
    const load = hammer(addresses, secret, { connections: 2, pauseMs: 5 });
    const seen = (n: number) =>
      expect.poll(() => load.answered.length, { timeout: 20_000 }).toBeGreaterThan(n);
    await seen(200);
    const [one, two, three] = members as [Member, Member, Member];
    await two.serving.end('SIGKILL');
    await seen(load.answered.length + 100);
    await again(two);
    three.serving.process.kill('SIGSTOP');
    await seen(load.answered.length + 100);
    await one.serving.end('SIGKILL');
    three.serving.process.kill('SIGCONT');
    await seen(load.answered.length + 100);
    await again(one);
    three.database.cut();
    await seen(load.answered.length + 200);
    await three.serving.end('SIGKILL');
    three.database.heal();
    await again(three);
    await seen(load.answered.length + 200);
    const answers = await load.stop();
    // Until the last of them is there.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const rows = await expectLogged(answers, id);
    // Rows of requests whose answer nobody saw may be there as well, each once.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectCounted(
      await logsOnce(url, (all) => all.length >= rows.length, '--key-file', keyFile, '--token', id),
      id,
    );
  });

  test('cut off from the database deny everybody, and log each denial', async () => {
    const { id, secret } = await createToken('Outage');
    await unlimited(id);
    const [one] = members as [Member];
    const ask = async () => {
      const answer = await fetch(`${one.serving.gateway}/v1/locations`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      const { code } = (await answer.json()) as { code?: string };
      return {
        status: answer.status,
        code: code ?? null,
        requestId: String(answer.headers.get('x-request-id')),
      };
    };
    await expect.poll(async () => (await ask()).status, { timeout: 5_000 }).toBe(200);
    for (const away of ['cut', 'silence'] as const) {
      one.database[away]();
      await expect.poll(async () => (await ask()).code, { timeout: 15_000 }).toBe('policy.stale');
      const denied = await Promise.all(Array.from({ length: 100 }, ask));
      expect(denied.map(({ status, code }) => `${status} ${code}`)).toEqual(
        denied.map(() => '503 policy.stale'),
      );
      const ready = await fetch(`${one.serving.admin}/readyz`);
      expect(ready.status).toBe(503);
      one.database.heal();
      await expect.poll(async () => (await ask()).status, { timeout: 20_000 }).toBe(200);
      const ids = new Set(denied.map(({ requestId }) => requestId));
      const rows = await logsOnce(
        url,
        (all) => all.filter((row) => ids.has(row.requestId)).length === ids.size,
        '--key-file',
        keyFile,
      );
      expect(
        rows.filter((row) => ids.has(row.requestId)).every(({ reason }) => reason === 'policy.stale'),
      ).toBe(true);
    }
  });

  test('without the shared limits refuse rather than admit too much', async () => {
    const { id, secret } = await createToken('No limits');
    const [, two] = members as [Member, Member];
    const ask = async () => {
      const answer = await fetch(`${two.serving.gateway}/v1/locations`, {
        headers: { authorization: `Bearer ${secret}` },
      });
      const { code } = (await answer.json()) as { code?: string };
      return `${answer.status} ${code ?? ''}`.trim();
    };
    await expect.poll(ask, { timeout: 5_000 }).toBe('200');
    for (const away of ['cut', 'silence'] as const) {
      two.limits[away]();
      await expect.poll(ask, { timeout: 10_000 }).toBe('503 limits.unavailable');
      const answers = await Promise.all(Array.from({ length: 30 }, ask));
      expect(new Set(answers)).toEqual(new Set(['503 limits.unavailable']));
      two.limits.heal();
      await expect.poll(ask, { timeout: 10_000 }).toBe('200');
    }
    const rows = await logsOnce(
      url,
      (all) => all.some(({ reason }) => reason === 'limits.unavailable'),
      '--key-file',
      keyFile,
      '--token',
      id,
    );
    expect(rows.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(3);
  });

  test('end on SIGTERM with 0, each for itself', async () => {
    const four = await join3('four');
    expect(await leave(four)).toBe(0);
  });
});

describe('a gateway that may serve for an hour by the policy it has', () => {
  test('goes on while the database is away; no request is lost, and none is counted twice', async () => {
    const upstream = await startUpstream();
    const document = thingsDocument();
    const member = await join3(
      'hour',
      '--max-policy-age',
      '1h',
      '--upstream',
      upstream.url,
      '--openapi',
      document,
    );
    try {
      const { id, secret } = await createToken('Patient');
      await unlimited(id);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      const load = hammer(() => [member.serving.gateway], secret, {
        connections: 4,
        path: '/things',
        pauseMs: 5,
      });
      const before = () => load.answered.length;
      await expect.poll(before, { timeout: 10_000 }).toBeGreaterThan(50);
      member.database.cut();
      const cutAt = performance.now();
      await expect
        .poll(() => load.answered.filter(({ at }) => at > cutAt + 6_000).length, { timeout: 30_000 })
        .toBeGreaterThan(100);
      expect(load.answered.filter(({ status }) => status !== 200)).toEqual([]);
      member.database.heal();
      const rows = await expectLogged(await load.stop(), id);
      expect(rows).toHaveLength(load.answered.length);
      await expectCounted(rows, id);
    } finally {
      await leave(member);
      await upstream.close();
    }
  });
});

describe('a gateway that may count by itself', () => {
  test('goes on while Redis is away, says that the shared promise is suspended, and comes back to it', async () => {
    const member = await join3('fallback', '--limits-fallback', 'local');
    try {
      const { secret } = await createToken('Fallback');
      const ask = async () =>
        (
          await fetch(`${member.serving.gateway}/v1/locations`, {
            headers: { authorization: `Bearer ${secret}` },
          })
        ).status;
      const mode = async () => {
        const metrics = await (await fetch(`${member.serving.admin}/metrics`)).text();
        return /^gatehouse_limits_suspended (\d)/m.exec(metrics)?.[1];
      };
      await expect.poll(ask, { timeout: 5_000 }).toBe(200);
      expect(await mode()).toBe('0');
      member.limits.cut();
      await expect.poll(mode, { timeout: 10_000 }).toBe('1');
      expect(await ask()).toBe(200);
      member.limits.heal();
      await expect.poll(mode, { timeout: 10_000 }).toBe('0');
      expect(await ask()).toBe(200);
    } finally {
      await leave(member);
    }
  });
});
