import { once } from 'node:events';
import { mkdirSync, readFileSync, renameSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { changingProcess } from '../../../tests/support/changing-process.ts';
import { handClock, refusal, testFolder, testInstance } from '../../../tests/support/instance.ts';
import { openSqlite } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { announce, readHead } from './head-file.ts';

const setUp = async () => {
  const instance = await testInstance({ clock: handClock() });
  const { ask, file } = instance;
  const change = (name: string) => ask.directory.places.add({ kind: 'location', name });
  for (const name of ['a', 'b', 'c']) await change(name);
  const db = openSqlite(file);
  onTestFinished(() => void db.close());
  const actions = async () => (await ask.audit.list({})).items.map(({ action }) => action).reverse();
  return { ask, file, change, db, actions };
};

/** As it is when the process ended between the database's commit and the line that says so. */
function unsayLastCommit(file: string): void {
  const text = readFileSync(placeOfFile(file).auditHead, 'latin1');
  writeFileSync(placeOfFile(file).auditHead, text.slice(0, text.lastIndexOf('done')));
}

const FOREIGN = { seq: 4, mac: 'a'.repeat(64) };

test('a process that ended behind its commit is no alarm, and the next change goes on from there', async () => {
  const { ask, file, change } = await setUp();
  unsayLastCommit(file);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3, unfinished: false });
  await change('d');
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 4, unfinished: false });
});

test('a process that ended before its commit is no alarm, and the next change records that it did', async () => {
  const { ask, file, change, actions } = await setUp();
  announce(placeOfFile(file).auditHead, readHead(placeOfFile(file).auditHead).done ?? FOREIGN, FOREIGN);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3, unfinished: true });
  await change('d');
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 5, unfinished: false });
  expect(await actions()).toEqual(['place.add', 'place.add', 'place.add', 'audit.unfinished', 'place.add']);
  expect((await ask.audit.list({ filter: { action: 'audit.unfinished' } })).items).toMatchObject([
    { actor: 'gatehouse', after: FOREIGN },
  ]);
});

test('the last entry, cut off in the moment between, is not passed over in silence', async () => {
  const { ask, file, db, change, actions } = await setUp();
  const { done } = readHead(placeOfFile(file).auditHead);
  unsayLastCommit(file);
  db.exec('DELETE FROM audit_entry WHERE seq = 3');
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 2, unfinished: true });
  await change('d');
  expect(await actions()).toEqual(['place.add', 'place.add', 'audit.unfinished', 'place.add']);
  expect((await ask.audit.list({ filter: { action: 'audit.unfinished' } })).items).toMatchObject([
    { after: done },
  ]);
});

test('an earlier entry cut off in that moment is an alarm', async () => {
  const { ask, file, db } = await setUp();
  unsayLastCommit(file);
  db.exec('DELETE FROM audit_entry WHERE seq > 1');
  expect(await ask.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'missing', seq: 2 } });
});

test('a line that was torn by a crash is passed over', async () => {
  const { ask, file, change } = await setUp();
  writeFileSync(placeOfFile(file).auditHead, 'next 4 0123', { flag: 'a' });
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3, unfinished: false });
  await change('d');
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 4, unfinished: false });
});

test('a change that cannot be announced is not made', async () => {
  const { ask, file, change } = await setUp();
  const head = placeOfFile(file).auditHead;
  renameSync(head, `${head}.kept`);
  mkdirSync(head);
  expect(await refusal(change('d'))).toMatchObject({ code: 'file.denied', data: { path: head } });
  rmdirSync(head);
  renameSync(`${head}.kept`, head);
  expect((await ask.directory.places.list()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3 });
});

test('the file beside the key is for its owner alone, and stays small', async () => {
  const { ask, file } = await setUp();
  for (let n = 0; n < 300; n++) await ask.tokens.policy.set({ maxLifetimeDays: (n % 2) + 1 });
  const { size, mode } = statSync(placeOfFile(file).auditHead);
  expect(size).toBeLessThan(70_000);
  if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
  expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 303 });
});

test('processes that change one file at once and are killed in the middle leave a whole log, without a gap', async () => {
  const file = join(testFolder(), 'instance.db');
  const { ask } = await testInstance({ file });
  const answered: string[] = [];
  for (let round = 0; round < 4; round++) {
    const changers = [
      changingProcess(placeOfFile(file)),
      changingProcess(placeOfFile(file)),
      changingProcess(placeOfFile(file)),
    ];
    for (const { process: child, answered: said } of changers)
      while (said().length < 3 + round) await once(child.stdout as NodeJS.ReadableStream, 'data');
    for (const { process: child } of changers) child.kill('SIGKILL');
    await Promise.all(changers.map(({ process: child }) => once(child, 'close')));
    answered.push(...changers.flatMap((one) => one.answered()));
    expect((await ask.audit.verify()).problem).toBeNull();
  }
  await ask.directory.places.add({ kind: 'location', name: 'last' });
  const places = (await ask.directory.places.list()).map(({ id }) => id);
  const recorded: string[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const page = await ask.audit.list({
      filter: { action: 'place.add' },
      ...(before && { before }),
      limit: 7,
    });
    recorded.push(...page.items.map(({ subject }) => subject.id));
    before = page.next;
  }
  expect(recorded.toSorted()).toEqual(places.toSorted());
  expect(recorded).toEqual(expect.arrayContaining(answered));
  expect(await ask.audit.verify()).toMatchObject({ ok: true, unfinished: false });
});
