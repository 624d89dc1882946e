import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { create, replace } from 'tar';
import { describe, expect, test } from 'vitest';
import { changingProcess } from '../../../tests/support/changing-process.ts';
import { refusal, testFolder, testInstance } from '../../../tests/support/instance.ts';
import { call, makeRunning } from '../../../tests/support/running-gateway.ts';
import { DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { openSqlite } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { readNow } from '../../db/reads.ts';
import { openInstance } from '../../instance.ts';
import { localOwner } from '../answer-faults.ts';
import { dayPath, listDays } from '../logs/day-file.ts';
import { Ingester } from '../logs/ingest.ts';
import { journalFolder } from '../logs/paths.ts';
import { ingestIfIdle } from '../logs/replay.ts';
import { listSegments, segmentPath } from '../logs/segments.ts';
import { loggedRecords, makeRecord, openJournalOf } from '../logs/testing.ts';
import { countRequests } from '../usage/store.ts';
import { usagePath } from '../usage/usage-file.ts';
import { makeBackup } from './backup.ts';
import { restoreBackup } from './restore.ts';
import { takeSnapshot } from './snapshot.ts';

const gatewayProcess = join(import.meta.dirname, '../../../tests/support/gateway-process.ts');

/** The ids of all rows, how many requests the roll-ups count, and how many the secrets' uses do. */
async function countsOf(file: string) {
  const ids = (await loggedRecords(file)).map(({ requestId }) => requestId);
  const usage = openSqlite(usagePath(file), { readonly: true });
  const counted = readNow(usage, countRequests(0, Date.now() + DAY));
  usage.close();
  const main = openSqlite(file, { readonly: true });
  const uses = main.prepare('SELECT coalesce(sum(requests), 0) FROM secret_use').pluck().get();
  main.close();
  return { ids: ids.sort(), counted, uses };
}

/** The code of the fault that a promise was rejected with. */
const faultOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown) => {
      if (thrown instanceof Fault) return thrown.code;
      throw thrown;
    },
  );

async function backedUp() {
  const { file, ask } = await testInstance();
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const { secret } = await ask.tokens.create({ name: 'Payroll', userId: user.id, scope: 'full' });
  const folder = testFolder();
  const path = join(folder, 'backup.tar');
  return { file, folder, path, secret, to: join(folder, 'new.db'), keyFile: `${file}.key` };
}

test('made under load and restored, no request is missing or counted twice, and old tokens are known', async () => {
  const running = await makeRunning();
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 1_000_000, burst: { requests: 1_000_000, seconds: 3_600 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const child = spawn(process.execPath, [gatewayProcess, running.file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const answered: string[] = [];
  let hammering = true;
  const hammer = async () => {
    while (hammering) {
      const response = await call(address, '/v1/shifts', secret);
      answered.push(response.headers.get('x-request-id') ?? '');
      await response.arrayBuffer();
    }
  };
  const load = Promise.all(Array.from({ length: 6 }, hammer));
  const to = join(running.folder, 'new.db');
  for (let round = 0; round < 5; round++) {
    const seen = answered.length;
    while (answered.length < seen + 200) await new Promise((resolve) => setImmediate(resolve));
    const before = [...answered];
    await makeBackup(running.file, join(running.folder, `${round}.tar`));
    const during = answered.length - before.length;
    await restoreBackup(join(running.folder, `${round}.tar`), to, { keyFile: `${running.file}.key` });
    ingestIfIdle(to);
    const { ids, counted, uses } = await countsOf(to);
    expect(new Set(ids).size).toBe(ids.length);
    expect({ counted, uses }).toEqual({ counted: ids.length, uses: ids.length });
    const has = new Set(ids);
    expect(before.filter((id) => !has.has(id))).toEqual([]);
    expect(during).toBeGreaterThan(0);
    if (round < 4)
      for (const name of fs.readdirSync(running.folder))
        if (name.startsWith('new.db')) fs.rmSync(join(running.folder, name), { recursive: true });
  }
  hammering = false;
  await load;
  child.kill('SIGKILL');
  await ended;

  const gateway = await running.start({ place: placeOfFile(to) });
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
  await running.close();
});

test('wherever the log writer stands, and is killed, a restore comes to the same rows and counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 60 }),
      async (records, steps, dieAfter, later) => {
        const { file, folder, path, to, keyFile } = await backedUp();
        const journal = openJournalOf(file, { segmentBytes: 2_000 });
        const write = async (count: number) => {
          for (let n = 0; n < count; n++)
            await journal.append(makeRecord({ time: Date.now() - n * 3_600_000, secretId: 'secret' }));
        };
        await write(records);
        let commits = 0;
        const ingester = new Ingester(file, {
          afterCommit: () => {
            if (++commits === dieAfter) throw new Error('killed');
          },
        });
        try {
          for (let step = 0; step < steps; step++) ingester.step();
          if (steps % 2 === 0) ingester.flushUses();
        } catch (thrown) {
          expect((thrown as Error).message).toBe('killed');
        } finally {
          ingester.close();
        }
        await write(later);
        await makeBackup(file, path);
        await journal.close();
        await restoreBackup(path, to, { keyFile });
        ingestIfIdle(file);
        ingestIfIdle(to);
        const restored = await countsOf(to);
        expect(restored).toEqual(await countsOf(file));
        expect(restored.ids.length).toBe(records + later);
        expect(restored.counted).toBe(records + later);
        // What is restored goes on, too.
        const next = openJournalOf(to);
        await next.append(makeRecord());
        await next.close();
        ingestIfIdle(to);
        expect((await countsOf(to)).ids.length).toBe(records + later + 1);
        fs.rmSync(folder, { recursive: true });
        fs.rmSync(dirname(file), { recursive: true });
      },
    ),
    { numRuns: 15 },
  );
});

test('segments that the log writer removes while the copy runs are still in the copy', async () => {
  const { file } = await backedUp();
  const journal = openJournalOf(file, { segmentBytes: 500 });
  for (let n = 0; n < 10; n++) await journal.append(makeRecord());
  const before = listSegments(journalFolder(file));
  const bytes = fs.statSync(segmentPath(journalFolder(file), before[0] as number)).size;
  const snapshot = takeSnapshot(file);
  ingestIfIdle(file);
  expect(listSegments(journalFolder(file)).length).toBeLessThan(before.length);
  expect(snapshot.segments.map(({ number }) => number)).toEqual(before);
  const first = snapshot.segments[0];
  expect(first && fs.readSync(first.fd, Buffer.alloc(bytes), 0, bytes, 0)).toBe(bytes);
  snapshot.close();
  await journal.close();
});

describe('the key', () => {
  test('is not in a backup, nor is a secret; a restore names the key that it needs', async () => {
    const { file, path, to, secret, keyFile } = await backedUp();
    const { manifest } = await makeBackup(file, path);
    const bytes = fs.readFileSync(path);
    const [key] = fs.readFileSync(keyFile, 'utf8').split(' ');
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.includes(key as string)).toBe(false);
    expect(fs.statSync(path).mode & 0o777).toBe(0o600);
    await expect(restoreBackup(path, to)).rejects.toMatchObject({
      code: 'backup.key',
      data: { id: manifest.keyId, path: `${to}.key` },
    });
    expect(fs.readdirSync(dirname(to))).toEqual([basename(path)]);
  });

  test('is in it where that is asked for, and is restored with mode 0600', async () => {
    const { file, path, to, keyFile } = await backedUp();
    await makeBackup(file, path, { withKey: true });
    expect(await restoreBackup(path, to)).toMatchObject({ keyFrom: 'backup', keysLacking: [] });
    expect(fs.readFileSync(`${to}.key`, 'utf8')).toBe(fs.readFileSync(keyFile, 'utf8'));
    expect(fs.statSync(`${to}.key`).mode & 0o777).toBe(0o600);
    const restored = await openInstance({ place: placeOfFile(to), actor: 'os:test' });
    await restored.close();
  });

  test('that lies there already is taken and stays; that of another instance is refused', async () => {
    const { file, path, to, keyFile } = await backedUp();
    await makeBackup(file, path);
    fs.copyFileSync((await backedUp()).keyFile, `${to}.key`);
    expect(await faultOf(restoreBackup(path, to))).toBe('key.invalid');
    fs.copyFileSync(keyFile, `${to}.key`);
    expect(await restoreBackup(path, to)).toMatchObject({ keyFrom: 'beside' });
  });
});

describe('nothing is overwritten', () => {
  test('neither a backup nor anything of an instance', async () => {
    const { file, path, to, keyFile } = await backedUp();
    await makeBackup(file, path);
    const made = fs.readFileSync(path);
    expect(await faultOf(makeBackup(file, path))).toBe('file.exists');
    expect(fs.readFileSync(path).equals(made)).toBe(true);
    for (const suffix of ['', '.logs', '.journal', '-wal', '.audit']) {
      fs.writeFileSync(to + suffix, 'mine');
      expect(await faultOf(restoreBackup(path, to, { keyFile }))).toBe('file.exists');
      expect(fs.readFileSync(to + suffix, 'utf8')).toBe('mine');
      fs.rmSync(to + suffix);
    }
    expect(fs.readdirSync(dirname(path))).toEqual([basename(path)]);
  });
});

test('files that were moved away from under a gateway are not replaced while it runs', async () => {
  const { file, path, to, keyFile } = await backedUp();
  await makeBackup(file, path);
  const lock = takeFileLock(to);
  expect(await faultOf(restoreBackup(path, to, { keyFile }))).toBe('file.denied');
  lock?.release();
  expect((await restoreBackup(path, to, { keyFile })).file).toBe(to);
});

describe('what is not whole is refused, and leaves nothing', () => {
  test('any byte of a stored file that has changed, and an archive cut off anywhere', async () => {
    const { file, path, folder, to, keyFile } = await backedUp();
    await makeBackup(file, path);
    const whole = fs.readFileSync(path);
    const broken = join(folder, 'broken.tar');
    const refuses = async (bytes: Buffer) => {
      fs.writeFileSync(broken, bytes);
      expect(await faultOf(restoreBackup(broken, to, { keyFile }))).toBe('backup.invalid');
      expect(fs.readdirSync(folder).sort()).toEqual(['backup.tar', 'broken.tar']);
    };
    const manifestAt = whole.indexOf('manifest.json');
    for (let n = 1; n <= 20; n++) {
      const at = 512 + Math.floor((n * (manifestAt - 1_024)) / 21);
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] as number) ^ 1;
      await refuses(changed);
      await refuses(whole.subarray(0, at));
    }
    await refuses(whole.subarray(0, manifestAt));
    await refuses(Buffer.from('not an archive'));
    await refuses(Buffer.alloc(0));
  });

  test('entries that lead elsewhere, links, and files that the manifest does not know', async () => {
    const { file, path, folder, to, keyFile } = await backedUp();
    await makeBackup(file, path);
    const hostile = join(folder, 'hostile.tar');
    fs.writeFileSync(join(folder, 'evil'), 'evil');
    const elsewhere = { file: hostile, cwd: folder, preservePaths: true };
    await create(elsewhere, [join('..', basename(folder), 'evil')]);
    expect(await faultOf(restoreBackup(hostile, to, { keyFile }))).toBe('backup.invalid');

    fs.rmSync(hostile);
    fs.symlinkSync(join(folder, 'evil'), join(folder, 'instance.db'));
    await create({ file: hostile, cwd: folder }, ['instance.db']);
    expect(await faultOf(restoreBackup(hostile, to, { keyFile }))).toBe('backup.invalid');

    fs.rmSync(join(folder, 'instance.db'));
    fs.writeFileSync(join(folder, 'instance.db.key'), 'another');
    fs.copyFileSync(path, hostile);
    await replace({ file: hostile, cwd: folder }, ['instance.db.key']);
    expect(await faultOf(restoreBackup(hostile, to, { keyFile }))).toBe('backup.invalid');
    expect(fs.existsSync(to)).toBe(false);
  });
});

test('a damaged instance is not backed up, and the file is named', async () => {
  const { file, path, folder } = await backedUp();
  const journal = openJournalOf(file);
  for (let n = 0; n < 300; n++) await journal.append(makeRecord());
  await journal.close();
  ingestIfIdle(file);
  const day = dayPath(file, listDays(file)[0] as number);
  const db = openSqlite(day);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const fd = fs.openSync(day, 'r+');
  fs.writeSync(fd, Buffer.alloc(4_096, 0xff), 0, 4_096, 8_192 * 3);
  fs.closeSync(fd);
  await expect(makeBackup(file, path)).rejects.toMatchObject({
    code: 'backup.damaged',
    data: { name: `instance.db.logs/${basename(day)}` },
  });
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('who was signed in when the backup was made is not in what is restored', async () => {
  const { file, path, to, keyFile } = await backedUp();
  const doorOf = async (db: string) => {
    const { ask, instance } = await testInstance({ file: db });
    const context = { ...localOwner('os:test'), address: '192.0.2.1', userAgent: 'test', credential: null };
    return { ask, door: createRouterClient(instance.door, { context }) };
  };
  const { ask, door } = await doorOf(file);
  const password = 'correct horse battery';
  await ask.admins.add({ name: 'ada', role: 'owner', password });
  const { access } = await door.session.signIn({ user: 'ada', password });
  expect(await door.authenticate({ credential: access })).toMatchObject({ actor: 'admin:ada' });
  await makeBackup(file, path);
  await restoreBackup(path, to, { keyFile });
  const restored = await doorOf(to);
  expect(await restored.door.authenticate({ credential: access })).toBeNull();
  expect(await restored.door.session.signIn({ user: 'ada', password })).toMatchObject({ account: 'ada' });
});

describe('the audit log of what is restored', () => {
  test('is whole and goes on, also where it was backed up while others made changes', async () => {
    const { file, folder, path, to, keyFile } = await backedUp();
    const changers = [changingProcess(placeOfFile(file)), changingProcess(placeOfFile(file))];
    for (const { process: child } of changers) await once(child.stdout as NodeJS.ReadableStream, 'data');
    await makeBackup(file, path);
    await makeBackup(file, join(folder, 'later.tar'));
    for (const { process: child } of changers) child.kill('SIGKILL');
    await Promise.all(changers.map(({ process: child }) => once(child, 'close')));
    await restoreBackup(path, to, { keyFile });
    await restoreBackup(join(folder, 'later.tar'), join(folder, 'later.db'), { keyFile });
    for (const restored of [to, join(folder, 'later.db')]) {
      expect(fs.statSync(`${restored}.audit`).mode & 0o777).toBe(0o600);
      const { ask } = await testInstance({ file: restored });
      const verdict = await ask.audit.verify();
      expect(verdict).toMatchObject({ ok: true, unfinished: false });
      await ask.directory.places.add({ kind: 'location', name: 'restored' });
      expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: verdict.entries + 1 });
    }
  });

  test('that was cut before the backup is still an alarm', async () => {
    const { file, path, to, keyFile } = await backedUp();
    const db = openSqlite(file);
    db.prepare('DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)').run();
    db.close();
    await makeBackup(file, path);
    await restoreBackup(path, to, { keyFile });
    const { ask } = await testInstance({ file: to });
    expect(await ask.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'missing', seq: 2 } });
  });
});

test('the restored instance is administered as before', async () => {
  const { file, path, to, keyFile } = await backedUp();
  await makeBackup(file, path);
  await restoreBackup(path, to, { keyFile });
  const { ask } = await testInstance({ file: to });
  expect((await ask.tokens.list({})).items.map(({ name }) => name)).toEqual(['Payroll']);
  expect(await refusal(ask.tokens.revoke({ id: '0190f3c0-0000-7000-8000-000000000001' }))).toMatchObject({
    code: 'id.unknown',
  });
});
