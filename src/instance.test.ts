import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { handClock, testFolder, testInstance } from '../tests/support/instance.ts';
import { Fault } from './base/faults.ts';
import { openSqlite } from './db/open.ts';
import { placeOfFile } from './db/place.ts';
import { openInstance } from './instance.ts';

const actor = 'os:tester';

const faultOf = async (file: string): Promise<unknown> => {
  try {
    await (await openInstance({ place: placeOfFile(file), actor })).close();
  } catch (thrown) {
    if (thrown instanceof Fault) return { code: thrown.code, ...thrown.data };
    throw thrown;
  }
  return 'none';
};

test('a new instance has its file and its key, both its owner’s alone, and says who it is', async () => {
  const clock = handClock();
  const { ask, file } = await testInstance({ clock });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
  expect(await ask.instance.info()).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    engine: 'sqlite',
    name: file,
    keyFile: `${file}.key`,
    hasKeys: true,
    createdAt: new Date(clock.now()),
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    actor,
    role: 'owner',
  });
});

test('opened again it is the same instance with the same rows, and opening alone changes nothing', async () => {
  const clock = handClock();
  const file = join(testFolder(), 'a.db');
  const first = await testInstance({ file, clock });
  const info = await first.ask.instance.info();
  const user = await first.ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  await first.instance.close();
  clock.move(60_000);
  const key = readFileSync(`${file}.key`);
  const watching = openSqlite(file);
  onTestFinished(() => void watching.close());
  const before = watching.pragma('data_version', { simple: true });
  const second = await testInstance({ file, clock });
  expect(await second.ask.instance.info()).toEqual(info);
  expect(await second.ask.directory.users.list()).toEqual([user]);
  expect(readFileSync(`${file}.key`)).toEqual(key);
  // Every commit of another connection would wake the gateway.
  expect(watching.pragma('data_version', { simple: true })).toBe(before);
});

test('a file without its key is refused and never given a new one', async () => {
  const { instance, file } = await testInstance();
  await instance.close();
  rmSync(`${file}.key`);
  expect(await faultOf(file)).toEqual({ code: 'key.missing', path: `${file}.key` });
  expect(existsSync(`${file}.key`)).toBe(false);
});

test('the key of another instance is refused', async () => {
  const one = await testInstance();
  const other = await testInstance();
  await one.instance.close();
  copyFileSync(`${other.file}.key`, `${one.file}.key`);
  expect(await faultOf(one.file)).toMatchObject({ code: 'key.invalid' });
});

test('what is not SQLite, not ours, newer than this or not there is refused, and left as it is', async () => {
  const folder = testFolder();
  const at = (name: string) => join(folder, name);
  writeFileSync(at('text.db'), 'This is a text of some length, and no database at all. '.repeat(50));
  mkdirSync(at('folder.db'));
  const foreign = new Database(at('foreign.db'));
  foreign.exec('CREATE TABLE song (title TEXT)');
  foreign.close();
  const newer = await testInstance({ file: at('newer.db') });
  await newer.instance.close();
  const edited = new Database(at('newer.db'));
  edited.exec(`INSERT INTO kysely_migration VALUES ('9999_later', '')`);
  edited.close();
  const before = ['text.db', 'foreign.db'].map((name) => readFileSync(at(name)));
  const invalid = { code: 'file.invalid' };
  expect(await faultOf(at('text.db'))).toMatchObject({ ...invalid, detail: 'it is not an SQLite database' });
  expect(await faultOf(at('folder.db'))).toMatchObject({ ...invalid, detail: 'it is a folder' });
  expect(await faultOf(at('foreign.db'))).toMatchObject({
    ...invalid,
    detail: 'it is the database of another program',
  });
  expect(await faultOf(at('newer.db'))).toMatchObject({
    ...invalid,
    detail: expect.stringContaining('9999_later'),
  });
  expect(await faultOf(at('no/such/folder.db'))).toMatchObject({ code: 'file.invalid' });
  expect(['text.db', 'foreign.db'].map((name) => readFileSync(at(name)))).toEqual(before);
  // No key was made for any of them; newer.db is ours and has one.
  expect(readdirSync(folder).filter((name) => name.endsWith('.key'))).toEqual(['newer.db.key']);
});

test('an empty file becomes an instance', async () => {
  const file = join(testFolder(), 'a.db');
  writeFileSync(file, '');
  expect(await faultOf(file)).toBe('none');
});

test('processes that make the same instance at once all get the same one', async () => {
  const file = join(testFolder(), 'a.db');
  const code = `
    const { openInstance } = await import(${JSON.stringify(new URL('./instance.ts', import.meta.url).href)});
    const { placeOfFile } = await import(${JSON.stringify(new URL('./db/place.ts', import.meta.url).href)});
    const { createRouterClient } = await import('@orpc/server');
    const instance = await openInstance({ place: placeOfFile(process.argv[1]), actor: 'os:other' });
    const ask = createRouterClient(instance.router, { context: instance.context });
    await ask.directory.places.add({ kind: 'location', name: 'from ' + process.pid });
    console.log((await ask.instance.info()).id);
    await instance.close();`;
  const open = () =>
    new Promise<string>((resolve, reject) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code, file], {
        cwd: import.meta.dirname,
      });
      let out = '';
      let err = '';
      child.stdout.on('data', (piece) => {
        out += piece;
      });
      child.stderr.on('data', (piece) => {
        err += piece;
      });
      child.on('error', reject);
      child.on('close', (status) => (status === 0 ? resolve(out.trim()) : reject(new Error(err))));
    });
  const ids = await Promise.all(Array.from({ length: 5 }, open));
  expect(new Set(ids).size).toBe(1);
  const { ask } = await testInstance({ file });
  expect((await ask.instance.info()).id).toBe(ids[0]);
  expect(await ask.directory.places.list()).toHaveLength(5);
});

test('changes by two connections at once are all kept: each waits for the other', async () => {
  const file = join(testFolder(), 'a.db');
  const [one, two] = [await testInstance({ file }), await testInstance({ file })];
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      (n % 2 ? one : two).ask.directory.users.add({ email: `u${n}@example.org`, name: `U${n}` }),
    ),
  );
  expect(await one.ask.directory.users.list()).toHaveLength(40);
});
