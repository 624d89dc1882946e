import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../tests/support/cut.ts';
import { postgresInstance } from '../../tests/support/postgres-instance.ts';
import { systemClock } from '../base/clock.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { keepKeys } from '../features/tokens/key-ring.ts';
import { keepPolicyOnPostgres } from './postgres-policy-keeper.ts';

async function keeping() {
  const { ask, url, place } = await postgresInstance();
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const create = (name: string) => ask.tokens.create({ name, userId: user.id, scope: 'full' });
  const first = await create('First');
  const way = await startCuttable(Number(new URL(url).port));
  const resets: (string | null)[] = [];
  const failures: unknown[] = [];
  const keeper = await keepPolicyOnPostgres(through(url, way.port), {
    keys: keepKeys(place),
    catalogue: catalogueOf({ openapi: '3.1.0', paths: { '/open': { get: { operationId: 'open' } } } }),
    open: new Set(),
    clock: systemClock,
    onReset: (tokenId) => resets.push(tokenId),
    onFailure: (cause) => failures.push(cause),
  });
  onTestFinished(async () => {
    way.heal();
    await keeper.close();
    await way.close();
  });
  const knows = (id: string) => keeper.policy.nameOf(id);
  return { ask, url, keeper, create, first, way, resets, failures, knows };
}

const until = async (holds: () => boolean): Promise<void> => {
  const giveUp = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > giveUp) throw new Error('it never came to that');
    await sleep(5);
  }
};

test('the policy follows what others commit, resets of counters included', async () => {
  const { ask, keeper, create, first, knows, resets } = await keeping();
  expect(knows(first.token.id)).toBe('First');
  const { token } = await create('Second');
  await until(() => knows(token.id) === 'Second');
  await ask.limits.reset({ target: { kind: 'token', tokenId: token.id } });
  await until(() => resets.length === 1);
  expect(resets).toEqual([token.id]);
  const before = keeper.policy.version;
  await ask.tokens.revoke({ id: token.id });
  await until(() => keeper.policy.version > before);
  expect(keeper.age()).toBeLessThan(5_000);
});

test('what was committed before one waits for it is in force then', async () => {
  const { ask, keeper, create, knows } = await keeping();
  for (let n = 0; n < 5; n++) {
    const { token } = await create(`Number ${n}`);
    await keeper.caughtUp();
    expect(knows(token.id)).toBe(`Number ${n}`);
    const before = keeper.policy.version;
    await ask.tokens.revoke({ id: token.id });
    await keeper.caughtUp();
    expect(keeper.policy.version).toBeGreaterThan(before);
  }
});

test.each(['cut', 'silence'] as const)(
  'while the way to the database is away (%s) the policy grows old, and is followed again',
  async (away) => {
    const { keeper, create, way, knows, failures } = await keeping();
    way[away]();
    const { token } = await create('Meanwhile');
    await until(() => keeper.age() > 3_000);
    expect(knows(token.id)).toBeNull();
    expect(failures).toHaveLength(1);
    way.heal();
    await until(() => knows(token.id) === 'Meanwhile');
    await until(() => keeper.age() < 1_000);
  },
);

test('a connection that the server ends is replaced at once', async () => {
  const { url, keeper, create, knows } = await keeping();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let n = 0; n < 5; n++) {
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND query LIKE '%policy_change%' AND pid <> pg_backend_pid()`,
    );
    const { token } = await create(`After ${n}`);
    await until(() => knows(token.id) !== null);
  }
  await client.end();
  expect(keeper.age()).toBeLessThan(5_000);
});
