import { existsSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { changingProcess } from '../tests/support/changing-process.ts';
import { freshPlace, handClock, instanceAt, refusal, testFolder } from '../tests/support/instance.ts';
import { freePort, makeDatabase } from '../tests/support/postgres.ts';
import { rawDatabase } from '../tests/support/raw-database.ts';
import { Fault } from './base/faults.ts';
import { type InstancePlace, placeOfPostgres } from './db/place.ts';
import { makeKeyText } from './features/tokens/key.ts';
import { openInstance } from './instance.ts';

const actor = 'os:tester';

async function faultOf(place: InstancePlace): Promise<{ code: string; text: string }> {
  try {
    await (await openInstance({ place, actor })).close();
  } catch (thrown) {
    if (thrown instanceof Fault) return { code: thrown.code, text: thrown.message };
    throw thrown;
  }
  return { code: 'none', text: '' };
}

/** Where the URL leads, with a key of its own. */
const at = (url: string): InstancePlace => placeOfPostgres({ url, keyFile: join(testFolder(), 'own.key') });

const changed = (url: string, change: (url: URL) => void): string => {
  const parsed = new URL(url);
  change(parsed);
  return parsed.href;
};

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

describe('a database that is not there', () => {
  test('is database.unavailable with its host and port, and never its password', async () => {
    const port = await freePort();
    const { code, text } = await faultOf(at(`postgres://u:hunter2@127.0.0.1:${port}/x`));
    expect(code).toBe('database.unavailable');
    expect(text).toContain(`127.0.0.1:${port}`);
    expect(text).not.toContain('hunter2');
  });

  test('also where what listens is no Postgres, and hangs up', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    expect(await faultOf(at(`postgres://u:p@127.0.0.1:${port}/x`))).toMatchObject({
      code: 'database.unavailable',
    });
  });

  test('or a name that the server does not have, or a user that it does not know, says so', async () => {
    const url = inject('postgres');
    expect(await faultOf(at(changed(url, (one) => (one.pathname = '/no_such'))))).toEqual({
      code: 'database.invalid',
      text: expect.stringContaining('no database of that name'),
    });
    expect(await faultOf(at(changed(url, (one) => (one.username = 'nobody_there'))))).toMatchObject({
      code: 'database.denied',
      text: expect.stringContaining('nobody_there'),
    });
  });

  test('any more, is what a call is refused with, and it is answered again once it is back', async () => {
    const place = await freshPlace('postgres');
    const { ask } = await instanceAt(place);
    await ask.directory.places.add({ kind: 'location', name: 'a' });
    const server = inject('postgres');
    const name = new URL(place.database.engine === 'postgres' ? place.database.url : '').pathname.slice(1);
    await query(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await query(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    expect(await refusal(ask.directory.places.add({ kind: 'location', name: 'b' }))).toMatchObject({
      code: expect.stringMatching(/^database\./),
    });
    await query(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await ask.directory.places.add({ kind: 'location', name: 'c' });
    expect((await ask.directory.places.list()).map((one) => one.name)).toEqual(['a', 'c']);
    expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 2 });
  });
});

describe('a database', () => {
  test('of another program, or from a newer version, is refused and left as it is', async () => {
    const foreign = await makeDatabase(inject('postgres'));
    await query(foreign, 'CREATE TABLE song (title text)');
    const place = at(foreign);
    expect(await faultOf(place)).toEqual({
      code: 'database.invalid',
      text: expect.stringContaining('another program'),
    });
    expect(existsSync(place.keyFile ?? '')).toBe(false);

    const newer = await freshPlace('postgres');
    await instanceAt(newer);
    await rawDatabase(newer).run(`INSERT INTO kysely_migration VALUES ('9999_later', '')`);
    expect(await faultOf(newer)).toEqual({
      code: 'database.invalid',
      text: expect.stringContaining('9999_later'),
    });
  });

  test('in another encoding is refused', async () => {
    const server = inject('postgres');
    await query(server, `CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
    onTestFinished(() => query(server, 'DROP DATABASE latin'));
    expect(await faultOf(at(changed(server, (one) => (one.pathname = '/latin'))))).toEqual({
      code: 'database.invalid',
      text: expect.stringContaining('UTF8'),
    });
  });

  test('that is empty becomes an instance, with a key for its owner alone', async () => {
    const place = await freshPlace('postgres');
    const { ask } = await instanceAt(place);
    expect(statSync(place.keyFile ?? '').mode & 0o777).toBe(0o600);
    expect(await ask.instance.info()).toMatchObject({
      engine: 'postgres',
      name: place.name,
      keyFile: place.keyFile,
    });
  });

  test('that has an instance is not opened with a key file that is missing, nor with another’s', async () => {
    const place = await freshPlace('postgres');
    await instanceAt(place);
    rmSync(place.keyFile ?? '');
    expect(await faultOf(place)).toMatchObject({ code: 'key.missing' });
    const other = await freshPlace('postgres');
    await instanceAt(other);
    expect(await faultOf({ ...place, keyFile: other.keyFile })).toMatchObject({ code: 'key.invalid' });
  });

  test('in which processes make the instance at once has one, and one key', async () => {
    const place = await freshPlace('postgres');
    const others = Array.from({ length: 3 }, () => changingProcess(place));
    onTestFinished(() => {
      for (const { process: child } of others) child.kill('SIGKILL');
    });
    for (const { process: child, answered } of others)
      while (answered().length < 2) await new Promise((done) => child.stdout?.once('data', done));
    const { ask } = await instanceAt(place);
    expect(await ask.audit.verify()).toMatchObject({ ok: true });
    expect(
      await rawDatabase(place).rows(`SELECT value FROM setting WHERE name = 'instance.id'`),
    ).toHaveLength(1);
  });

  test('orders and compares text by its bytes, whatever its own rules are', async () => {
    const place = await freshPlace('postgres');
    const { ask } = await instanceAt(place);
    for (const name of ['beta', 'Zoe', 'alpha', 'Über'])
      await ask.admins.add({
        name: name.toLowerCase().replace('ü', 'u'),
        role: 'admin',
        password: 'long enough pw',
      });
    const names = await rawDatabase(place).rows<{ name: string }>(
      `SELECT name FROM (VALUES ('b'), ('B'), ('a')) AS t (name) WHERE name COLLATE "C" > 'B' ORDER BY name`,
    );
    expect(names.map(({ name }) => name)).toEqual(['a', 'b']);
    const user = await ask.directory.users.add({ email: 'u@example.org', name: 'U' });
    for (const name of ['b', 'B', 'a', 'é'])
      await ask.tokens.create({ name, userId: user.id, scope: 'full' });
    const rows = await rawDatabase(place).rows<{ name: string }>('SELECT name FROM token ORDER BY name');
    expect(rows.map(({ name }) => name)).toEqual(['B', 'a', 'b', 'é']);
  });

  test('cannot keep every character, and says so', async () => {
    const { ask } = await instanceAt(await freshPlace('postgres'));
    const user = await ask.directory.users.add({ email: 'u@example.org', name: 'U' });
    const { token } = await ask.tokens.create({ name: 'a', userId: user.id, scope: 'full' });
    expect(await refusal(ask.tokens.update({ id: token.id, note: 'a\0b' }))).toMatchObject({
      code: 'input.invalid',
    });
  });
});

describe('a process without the key', () => {
  const keyless = async () => {
    const place = await freshPlace('postgres');
    const keyed = await instanceAt(place, { clock: handClock() });
    const without = await instanceAt({ ...place, keyFile: null, auditHead: null }, { clock: handClock() });
    const user = await keyed.ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const made = await keyed.ask.tokens.create({ name: 'Rota', userId: user.id, scope: 'full' });
    return { place, keyed: keyed.ask, ask: without.ask, user, ...made };
  };

  test('does all but what needs it', async () => {
    const { ask, token, user } = await keyless();
    expect((await ask.instance.info()).keyFile).toBeNull();
    expect((await ask.tokens.list({})).total).toBe(1);
    await ask.tokens.update({ id: token.id, name: 'New' });
    await ask.ipRules.add({ range: '10.0.0.0/8' });
    await ask.limits.set({
      target: { kind: 'default' },
      limit: { requestsPerHour: 5, burst: { requests: 1, seconds: 1 } },
    });
    await ask.tokens.revoke({ id: token.id });
    const absent = { code: 'key.absent', data: { variable: 'GATEHOUSE_KEY' } };
    expect(await refusal(ask.tokens.create({ name: 'x', userId: user.id, scope: 'full' }))).toEqual(absent);
    expect(await refusal(ask.tokens.rotate({ id: token.id, overlap: '1h' }))).toMatchObject({
      code: expect.stringMatching(/^key\.absent|^token\.revoked/),
    });
    expect(await refusal(ask.tokens.keys.show())).toEqual(absent);
    expect(await refusal(ask.tokens.keys.replace())).toEqual(absent);
    expect(await refusal(ask.audit.verify())).toEqual(absent);
  });

  test('makes no instance', async () => {
    const url = await makeDatabase(inject('postgres'));
    expect(await faultOf(placeOfPostgres({ url }))).toMatchObject({ code: 'database.new' });
  });

  test('has it where the environment has it', async () => {
    vi.stubEnv('GATEHOUSE_KEY', makeKeyText());
    onTestFinished(() => void vi.unstubAllEnvs());
    const { ask } = await instanceAt(placeOfPostgres({ url: await makeDatabase(inject('postgres')) }));
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    await ask.tokens.create({ name: 'x', userId: user.id, scope: 'full' });
    // No file of this machine says where the log ends.
    expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 2, endKnown: false });
  });
});
