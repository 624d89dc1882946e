import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { handClock, refusal, testFolder, testInstance } from '../../../tests/support/instance.ts';
import { openSqlite } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { openInstance } from '../../instance.ts';
import { makeKeyText } from './key.ts';
import { addKey, readKeyRing } from './key-ring.ts';
import { rehashSecrets } from './rehash-secrets.ts';

afterEach(() => vi.unstubAllEnvs());

async function withToken(file = join(testFolder(), 'instance.db')) {
  const clock = handClock();
  const instance = await testInstance({ clock, file });
  const { ask } = instance;
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const create = () => ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full' });
  return { ...instance, clock, user, create, made: await create() };
}

test('keys shows how many live and dead secrets hang on which key', async () => {
  const { ask, create, made } = await withToken();
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
  const { ask, made } = await withToken();
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
  const { ask, file, clock, user } = await withToken();
  const other = await testInstance({ file, clock });
  const [current] = (await ask.tokens.keys.replace()).keys;
  const { token, secret } = await other.ask.tokens.create({ name: 'x', userId: user.id, scope: 'full' });
  expect(token.secrets[0]?.keyId).toBe(current?.id);
  expect((await other.ask.tokens.list({ search: secret })).total).toBe(1);
});

test('the key file as it was before a replacement is refused, and so is another instance’s', async () => {
  const { ask, file, instance } = await withToken();
  const before = readFileSync(placeOfFile(file).keyFile);
  await ask.tokens.keys.replace();
  await instance.close();
  const after = readFileSync(placeOfFile(file).keyFile);
  const opened = () => openInstance({ place: placeOfFile(file), actor: 'os:tester' });
  writeFileSync(placeOfFile(file).keyFile, before);
  await expect(opened()).rejects.toMatchObject({ code: 'key.invalid' });
  const other = await withToken();
  await other.ask.tokens.keys.replace();
  copyFileSync(placeOfFile(other.file).keyFile, placeOfFile(file).keyFile);
  await expect(opened()).rejects.toMatchObject({ code: 'key.invalid' });
  writeFileSync(placeOfFile(file).keyFile, after);
  await (await opened()).close();
});

test('a replacement that was killed before its commit is completed at the next opening', async () => {
  const { file, instance, made } = await withToken();
  await instance.close();
  const { current } = addKey(placeOfFile(file));
  const again = await testInstance({ file });
  const { keys } = await again.ask.tokens.keys.show();
  expect(keys).toMatchObject([
    { id: current.id, current: true },
    { id: made.token.secrets[0]?.keyId, live: 1 },
  ]);
});

test('keys in the environment: a new one put first is current, and what is gone leaves its secrets shown as dead', async () => {
  const [old, fresh] = [makeKeyText(), makeKeyText()];
  vi.stubEnv('GATEHOUSE_KEY', old);
  const { file, instance, ask } = await withToken();
  expect(await refusal(ask.tokens.keys.replace())).toMatchObject({ code: 'key.environment' });
  await instance.close();
  vi.stubEnv('GATEHOUSE_KEY', `${fresh} ${old}`);
  const next = await testInstance({ file });
  expect((await next.ask.tokens.keys.show()).keys).toMatchObject([{ live: 0 }, { live: 1, present: true }]);
  await next.instance.close();
  vi.stubEnv('GATEHOUSE_KEY', fresh);
  const last = await testInstance({ file });
  const { keys, source } = await last.ask.tokens.keys.show();
  expect(source).toBe('environment');
  expect(keys[1]).toMatchObject({ present: false, live: 1 });
  expect((await last.ask.tokens.keys.retire({ id: keys[1]?.id ?? '' })).keys).toHaveLength(1);
});

test('a secret moves to the current key once, and never to one that is no longer current', async () => {
  const { ask, file, made, clock } = await withToken();
  const secretId = made.token.secrets[0]?.id ?? '';
  const fromKeyId = made.token.secrets[0]?.keyId ?? '';
  await ask.tokens.keys.replace();
  const passed = readKeyRing(placeOfFile(file)).current;
  await ask.tokens.keys.replace();
  const { current } = readKeyRing(placeOfFile(file));
  const move = (key: typeof current) => {
    const db = openSqlite(file);
    const changes = () => db.prepare('SELECT count(*) FROM policy_change').pluck().get() as number;
    const before = changes();
    const hash = key.hash(made.secret);
    rehashSecrets(db, [{ secretId, tokenId: made.token.id, fromKeyId, keyId: key.id, hash }], clock.now());
    const changed = changes() - before;
    db.close();
    return changed;
  };
  expect([move(passed), move(current), move(current)]).toEqual([0, 1, 0]);
  expect((await ask.tokens.list({ search: made.secret })).items[0]?.secrets).toMatchObject([
    { id: secretId, keyId: current.id },
  ]);
});
