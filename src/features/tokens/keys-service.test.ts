import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  ENGINES,
  type Engine,
  handClock,
  instanceAt,
  refusal,
  testInstanceOn,
} from '../../../tests/support/instance.ts';
import { beside, rawDatabase } from '../../../tests/support/raw-database.ts';
import type { InstancePlace } from '../../db/place.ts';
import { openInstance } from '../../instance.ts';
import { makeKeyText } from './key.ts';
import { addKey, readKeyRing } from './key-ring.ts';
import { rehashSecretsLater } from './postgres-rehash.ts';
import { rehashSecrets } from './rehash-secrets.ts';

async function withToken(engine: Engine) {
  const clock = handClock();
  const instance = await testInstanceOn(engine, { clock });
  const { ask } = instance;
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const create = () => ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full' });
  return { ...instance, clock, user, create, made: await create() };
}

describe.each(ENGINES)('on %s', (engine) => {
  const keyFileOf = ({ keyFile }: InstancePlace): string => keyFile ?? '';

  afterEach(() => vi.unstubAllEnvs());

  test('keys shows how many live and dead secrets hang on which key', async () => {
    const { ask, create, made } = await withToken(engine);
    const [first] = (await ask.tokens.keys.show()).keys;
    expect(first).toMatchObject({ current: true, present: true, live: 1, dead: 0 });
    const { keys, source } = await ask.tokens.keys.replace();
    expect(source).toBe('file');
    expect(keys[1]).toEqual({ ...first, current: false });
    await create();
    await ask.tokens.revoke({ id: made.token.id });
    expect((await ask.tokens.keys.show()).keys).toMatchObject([
      { id: keys[0]?.id, current: true, live: 1, dead: 0 },
      { id: first?.id, current: false, live: 0, dead: 1 },
    ]);
  });

  test('the current key is not retired, nor an unknown one, nor, unless by force, one that live secrets hang on', async () => {
    const { ask, made } = await withToken(engine);
    const [first] = (await ask.tokens.keys.show()).keys;
    const id = first?.id ?? '';
    expect(await refusal(ask.tokens.keys.retire({ id }))).toEqual({ code: 'key.current', data: { id } });
    await ask.tokens.keys.replace();
    expect(await refusal(ask.tokens.keys.retire({ id }))).toEqual({
      code: 'key.in_use',
      data: { id, count: 1 },
    });
    expect(await refusal(ask.tokens.keys.retire({ id: 'x' }))).toMatchObject({ code: 'id.unknown' });
    const { keys } = await ask.tokens.keys.retire({ id, force: true });
    expect(keys).toMatchObject([{ current: true, live: 0 }]);
    expect((await ask.tokens.get({ id: made.token.id })).secrets).toEqual([]);
  });

  test('another process that has the instance open uses the new key for its next secret', async () => {
    const { ask, place, clock, user } = await withToken(engine);
    const other = await instanceAt(place, { clock });
    const [current] = (await ask.tokens.keys.replace()).keys;
    const { token, secret } = await other.ask.tokens.create({ name: 'x', userId: user.id, scope: 'full' });
    expect(token.secrets[0]?.keyId).toBe(current?.id);
    expect((await other.ask.tokens.list({ search: secret })).total).toBe(1);
  });

  test('the key file as it was before a replacement is refused, and so is another instance’s', async () => {
    const { ask, place, instance } = await withToken(engine);
    const before = readFileSync(keyFileOf(place));
    await ask.tokens.keys.replace();
    await instance.close();
    const after = readFileSync(keyFileOf(place));
    const opened = () => openInstance({ place, actor: 'os:tester' });
    writeFileSync(keyFileOf(place), before);
    await expect(opened()).rejects.toMatchObject({ code: 'key.invalid' });
    const other = await withToken(engine);
    await other.ask.tokens.keys.replace();
    copyFileSync(keyFileOf(other.place), keyFileOf(place));
    await expect(opened()).rejects.toMatchObject({ code: 'key.invalid' });
    writeFileSync(keyFileOf(place), after);
    await (await opened()).close();
  });

  test('a replacement that was killed before its commit is completed at the next opening', async () => {
    const { place, instance, made } = await withToken(engine);
    await instance.close();
    const { current } = addKey(place);
    const again = await instanceAt(place);
    const { keys } = await again.ask.tokens.keys.show();
    expect(keys).toMatchObject([
      { id: current.id, current: true },
      { id: made.token.secrets[0]?.keyId, live: 1 },
    ]);
  });

  test('keys in the environment: a new one put first is current, and what is gone leaves its secrets shown as dead', async () => {
    const [old, fresh] = [makeKeyText(), makeKeyText()];
    vi.stubEnv('GATEHOUSE_KEY', old);
    const { place, instance, ask } = await withToken(engine);
    expect(await refusal(ask.tokens.keys.replace())).toMatchObject({ code: 'key.environment' });
    await instance.close();
    vi.stubEnv('GATEHOUSE_KEY', `${fresh} ${old}`);
    const next = await instanceAt(place);
    expect((await next.ask.tokens.keys.show()).keys).toMatchObject([{ live: 0 }, { live: 1, present: true }]);
    await next.instance.close();
    vi.stubEnv('GATEHOUSE_KEY', fresh);
    const last = await instanceAt(place);
    const { keys, source } = await last.ask.tokens.keys.show();
    expect(source).toBe('environment');
    expect(keys[1]).toMatchObject({ present: false, live: 1 });
    expect((await last.ask.tokens.keys.retire({ id: keys[1]?.id ?? '' })).keys).toHaveLength(1);
  });
});

test('on Postgres no key is made while gateways run on machines that would not have it', async () => {
  const { ask, place, clock } = await withToken('postgres');
  const raw = rawDatabase(place);
  for (const host of ['east', hostname()])
    await raw.run(
      `INSERT INTO gateway (id, host, pid, address, started_at, seen_at, policy_version, limits)
       VALUES (?, ?, 1, NULL, 0, ?, 0, 'own')`,
      host,
      host,
      clock.now(),
    );
  expect(await refusal(ask.tokens.keys.replace())).toEqual({ code: 'key.machines', data: { hosts: 'east' } });
  await raw.run(`DELETE FROM gateway WHERE host = 'east'`);
  expect((await ask.tokens.keys.replace()).keys).toHaveLength(2);
});

test.each(ENGINES)(
  'on %s a secret moves to the current key once, and never to one that is no longer current',
  async (engine) => {
    const { ask, place, made, clock } = await withToken(engine);
    const raw = rawDatabase(place);
    const changes = async () => (await raw.rows('SELECT version FROM policy_change')).length;
    const secretId = made.token.secrets[0]?.id ?? '';
    const fromKeyId = made.token.secrets[0]?.keyId ?? '';
    await ask.tokens.keys.replace();
    const passed = readKeyRing(place).current;
    await ask.tokens.keys.replace();
    const { current } = readKeyRing(place);
    const move = async (key: typeof current) => {
      const before = await changes();
      const rehashes = [
        { secretId, tokenId: made.token.id, fromKeyId, keyId: key.id, hash: key.hash(made.secret) },
      ];
      await beside(place.database, {
        sqlite: (file) => rehashSecrets(file, rehashes, clock.now()),
        postgres: (client) => rehashSecretsLater(client, rehashes, clock.now()),
      });
      return (await changes()) - before;
    };
    expect([await move(passed), await move(current), await move(current)]).toEqual([0, 1, 0]);
    expect((await ask.tokens.list({ search: made.secret })).items[0]?.secrets).toMatchObject([
      { id: secretId, keyId: current.id },
    ]);
  },
);
