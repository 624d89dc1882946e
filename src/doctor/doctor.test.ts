import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { testInstance } from '../../tests/support/instance.ts';
import { call, makeRunning } from '../../tests/support/running-gateway.ts';
import { DAY, systemClock } from '../base/clock.ts';
import { takeFileLock } from '../db/file-lock.ts';
import { openSqlite } from '../db/open.ts';
import { dayPath, listDays } from '../features/logs/day-file.ts';
import { Ingester } from '../features/logs/ingest.ts';
import { journalFolder } from '../features/logs/paths.ts';
import { ingestIfIdle } from '../features/logs/replay.ts';
import { listSegments, segmentPath } from '../features/logs/segments.ts';
import { makeRecord, openJournalOf } from '../features/logs/testing.ts';
import { usagePath } from '../features/usage/usage-file.ts';
import { examine } from './doctor.ts';

/** An instance with some rows in its log. */
async function withRows(count = 400) {
  const { file, ask } = await testInstance({ clock: systemClock });
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  await ask.tokens.create({ name: 'Payroll', userId: user.id, scope: 'full' });
  await write(file, count);
  ingestIfIdle(file);
  return file;
}

async function write(file: string, count: number, segmentBytes = 16 * 2 ** 20) {
  const journal = openJournalOf(file, { segmentBytes });
  for (let n = 0; n < count; n++) await journal.append(makeRecord());
  await journal.close();
}

/** The checks that are not ok, by name; each of them says what to do. */
function troubles(file: string, options: Parameters<typeof examine>[1] = {}): Record<string, string> {
  const found = examine(file, options).filter(({ level }) => level !== 'ok');
  for (const { remedy } of found) expect(remedy).toBeTruthy();
  return Object.fromEntries(found.map(({ name, level }) => [name, level]));
}

function change(path: string, sql: string) {
  const file = openSqlite(path);
  file.exec(sql);
  file.close();
}

/** Writes over a page in the middle of a database. */
function damage(path: string) {
  change(path, 'PRAGMA wal_checkpoint(TRUNCATE)');
  const fd = fs.openSync(path, 'r+');
  fs.writeSync(fd, Buffer.alloc(4_096, 0xff), 0, 4_096, 8_192 * 3);
  fs.closeSync(fd);
}

describe('a sound instance has no troubles', () => {
  test('at rest, and looking it over changes no file', async () => {
    const file = await withRows();
    const before = fs.readFileSync(file);
    expect(examine(file).map(({ name }) => name)).toEqual([
      'file',
      'key',
      'holder',
      'schema',
      'integrity',
      'journal',
      'days',
      'rollups',
      'disk',
      'clock',
    ]);
    expect(troubles(file, { whole: true })).toEqual({});
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  test('as it is made, without a request yet', async () => {
    const { file } = await testInstance({ clock: systemClock });
    expect(troubles(file)).toEqual({});
  });

  test('while its gateway serves, however far its log writer is', async () => {
    const running = await makeRunning();
    const { secret } = await running.token();
    const gateway = await running.start();
    let hammering = true;
    const load = (async () => {
      while (hammering) await (await call(gateway.address, '/v1/shifts', secret)).arrayBuffer();
    })();
    for (let round = 0; round < 10; round++) {
      await call(gateway.address, '/v1/shifts', secret);
      expect(troubles(running.file)).toEqual({});
    }
    expect(examine(running.file).find(({ name }) => name === 'holder')?.detail).toContain(gateway.address);
    hammering = false;
    await load;
    await running.close();
  });

  test('after its log writer was killed between the commits', async () => {
    const file = await withRows();
    await write(file, 50);
    const ingester = new Ingester(file, {
      afterCommit: (into) => {
        if (into === 'rows') throw new Error('killed');
      },
    });
    expect(() => ingester.drain()).toThrow('killed');
    ingester.close();
    expect(troubles(file)).toEqual({});
    expect(examine(file).find(({ name }) => name === 'rollups')?.detail).toContain('50 of them');
  });
});

describe('what is wrong is found', () => {
  test('a key that is missing, another, readable by others, or lacks an older one', async () => {
    const file = await withRows();
    const key = `${file}.key`;
    fs.chmodSync(key, 0o644);
    expect(troubles(file)).toEqual({ key: 'fail' });
    fs.chmodSync(key, 0o600);
    change(file, "UPDATE token_secret SET key_id = '0123456789abcdef'");
    expect(troubles(file)).toEqual({ key: 'warn' });
    fs.copyFileSync(`${await withRows()}.key`, key);
    expect(troubles(file)).toEqual({ key: 'fail' });
    fs.rmSync(key);
    expect(troubles(file)).toEqual({ key: 'fail' });
  });

  test('a holder that does not say who it is', async () => {
    const file = await withRows();
    const lock = takeFileLock(file);
    expect(troubles(file)).toEqual({ holder: 'warn' });
    lock?.release();
    expect(troubles(file)).toEqual({});
  });

  test('a schema that is behind, and one that is ahead', async () => {
    const file = await withRows();
    change(file, 'DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration)');
    expect(troubles(file)).toEqual({ schema: 'warn' });
    change(file, "INSERT INTO kysely_migration VALUES ('9999_later', '2030-01-01')");
    expect(troubles(file)).toEqual({ file: 'fail' });
  });

  test('roll-ups that are damaged, and rows that are', async () => {
    const file = await withRows();
    damage(usagePath(file));
    expect(troubles(file)).toMatchObject({ integrity: 'fail' });
    const other = await withRows();
    damage(dayPath(other, listDays(other)[0] as number));
    expect(troubles(other, { whole: true })).toMatchObject({ days: 'fail' });
  });

  test('a row too few, and a row too many', async () => {
    const file = await withRows();
    const day = dayPath(file, listDays(file)[0] as number);
    change(day, 'UPDATE block SET rows = rows - 1 WHERE id = (SELECT max(id) FROM block)');
    expect(troubles(file)).toEqual({ rollups: 'fail' });
    change(usagePath(file), `UPDATE rollup SET count = count - 2 WHERE id % ${2 ** 24} = 0`);
    expect(troubles(file)).toEqual({ rollups: 'fail' });
  });

  test('a segment that is gone, and a line that does not match its checksum', async () => {
    const file = await withRows();
    await write(file, 10, 1_000);
    const folder = journalFolder(file);
    const [, second, third] = listSegments(folder).map((number) => segmentPath(folder, number));
    const lines = fs.readFileSync(third as string);
    lines[20] = (lines[20] as number) ^ 1;
    fs.writeFileSync(third as string, lines);
    expect(troubles(file)).toEqual({ journal: 'warn' });
    fs.rmSync(second as string);
    expect(troubles(file)).toMatchObject({ journal: 'fail' });
  });

  test('a clock that was set back', async () => {
    const file = await withRows();
    const clock = { ...systemClock, now: () => Date.now() - DAY };
    expect(troubles(file, { clock })).toEqual({ clock: 'warn' });
  });
});

test('what is no instance fails at once, and what is not there is refused', async () => {
  const file = await withRows();
  fs.writeFileSync(`${file}.txt`, 'This is no database at all. '.repeat(100));
  expect(troubles(`${file}.txt`)).toEqual({ file: 'fail' });
  expect(() => examine(`${file}.none`)).toThrow(expect.objectContaining({ code: 'file.invalid' }));
});
