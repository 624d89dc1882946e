import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { changingProcess } from '../../../tests/support/changing-process.ts';
import { freshPlace, handClock, instanceAt, testFolder } from '../../../tests/support/instance.ts';
import { rawDatabase } from '../../../tests/support/raw-database.ts';
import type { InstancePlace } from '../../db/place.ts';
import type { Schema } from '../../db/schema.ts';
import { keyFrom, makeKeyText } from '../tokens/key.ts';
import { readKeyRing } from '../tokens/key-ring.ts';
import { chainKeyOf, macOf } from './chain.ts';

type Row = Schema['audit_entry'];
type Ask = Awaited<ReturnType<typeof instanceAt>>['ask'];

/** The same instance on another machine: with a copy of the key, and of what lies beside it. */
function otherMachine(place: InstancePlace): InstancePlace {
  const keyFile = join(testFolder(), 'instance.key');
  copyFileSync(place.keyFile ?? '', keyFile);
  copyFileSync(place.auditHead ?? '', `${keyFile}.audit`);
  return { ...place, keyFile, auditHead: `${keyFile}.audit` };
}

const withoutKey = (place: InstancePlace): InstancePlace => ({ ...place, keyFile: null, auditHead: null });

let named = 0;
const change = (ask: Ask) => ask.directory.places.add({ kind: 'location', name: `place ${++named}` });

/** Two machines with one database; the first has made one entry. */
async function twoMachines() {
  const place = await freshPlace('postgres');
  const clock = handClock();
  const { ask: a } = await instanceAt(place, { clock });
  await change(a);
  const second = otherMachine(place);
  const { ask: b } = await instanceAt(second, { clock });
  const raw = rawDatabase(place);
  const rows = () => raw.rows<Row>('SELECT * FROM audit_entry ORDER BY seq');
  return { place, second, clock, a, b, raw, rows };
}

/** Puts an entry behind the last one, chained with this key (null: none), as somebody who writes the database can. */
async function forge(
  { raw, rows }: Pick<Awaited<ReturnType<typeof twoMachines>>, 'raw' | 'rows'>,
  keyText: string,
) {
  const last = (await rows()).at(-1);
  const key = keyFrom(keyText);
  if (last === undefined || key === null) throw new Error('there is nothing to go on from');
  const seq = last.seq + 1;
  const entry = {
    seq,
    at: 1,
    actor: 'os:root',
    action: 'place.add',
    subject: { kind: 'place', id: 'x', name: 'x' },
    before: null,
    after: '1',
    keyId: key.id,
  };
  const mac = macOf(chainKeyOf(key), entry, last.mac);
  await raw.run(
    `INSERT INTO audit_entry VALUES (?, 1, 'os:root', 'place.add', 'place', 'x', 'x', NULL, '1', ?, ?)`,
    seq,
    key.id,
    mac,
  );
}

describe('machines that write to one log, each with a head of its own,', () => {
  test('find it whole, and go on from where the other was', async () => {
    const { a, b } = await twoMachines();
    for (const ask of [b, b, a, b, a, a, b]) await change(ask);
    const whole = { ok: true, entries: 8, unsealed: 0, unfinished: false, endKnown: true };
    expect(await a.audit.verify()).toMatchObject(whole);
    expect(await b.audit.verify()).toMatchObject(whole);
    expect((await a.audit.list({})).items.every(({ action }) => action === 'place.add')).toBe(true);
  });

  test('each see what is done to entries that they know, and to those behind', async () => {
    const { a, b, raw } = await twoMachines();
    await change(b);
    await change(b);
    await raw.run(`UPDATE audit_entry SET actor = 'os:eve' WHERE seq = 2`);
    expect(await a.audit.verify()).toMatchObject({ ok: false, entries: 1, problem: { seq: 2 } });
    expect(await b.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'changed', seq: 2 } });
  });

  test('see a cut as far as they know; the one that does not goes on, and the other sees it for good', async () => {
    const { a, b, raw } = await twoMachines();
    for (const ask of [b, b, b]) await change(ask);
    await raw.run('DELETE FROM audit_entry WHERE seq > 2');
    // It has never seen more than the first.
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 2 });
    expect(await b.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'missing', seq: 3 } });
    await change(a);
    await change(a);
    await change(a);
    expect(await b.audit.verify()).toMatchObject({ ok: false, problem: { seq: 4 } });
  });

  test('do not take what is chained with a key that was replaced since', async () => {
    const machines = await twoMachines();
    const { a, place } = machines;
    const stolen = readFileSync(place.keyFile ?? '', 'latin1').split(/\s/)[0] ?? '';
    await a.tokens.keys.replace();
    await forge(machines, stolen);
    expect(await a.audit.verify()).toMatchObject({
      ok: false,
      entries: 2,
      problem: { kind: 'added', seq: 3 },
    });
    await change(a);
    expect(await a.audit.verify()).toMatchObject({ ok: false });
  });

  test('go on under a new key that was put on each of them first, also where a file has the order of before', async () => {
    const { a, b, place, second, clock } = await twoMachines();
    await change(b);
    const [one, other] = [place.keyFile ?? '', second.keyFile ?? ''];
    const old = readFileSync(one, 'latin1');
    const fresh = makeKeyText();
    for (const path of [one, other]) writeFileSync(path, `${old}${fresh}\n`);
    await change(a);
    writeFileSync(one, `${fresh}\n${old}`);
    const { ask: moved } = await instanceAt(place, { clock });
    const current = keyFrom(fresh)?.id;
    expect((await moved.tokens.keys.show()).keys[0]).toMatchObject({ id: current, current: true });
    // It does not put the old one back.
    const { ask: late } = await instanceAt(second, { clock });
    for (const ask of [a, b, late, moved, late]) await change(ask);
    for (const ask of [a, b, late, moved]) {
      expect((await ask.tokens.keys.show()).keys[0]).toMatchObject({ id: current, current: true });
      expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 9 });
    }
  });

  test('do not wait for a new copy of a key that the other replaced: what is changed meanwhile is sealed later', async () => {
    const { a, b } = await twoMachines();
    await a.tokens.keys.replace();
    await change(b);
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 3, unsealed: 1 });
    await change(a);
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 4, unsealed: 0 });
  });

  test('do not take what is chained with a key of somebody else’s', async () => {
    const machines = await twoMachines();
    await forge(machines, makeKeyText());
    expect(await machines.a.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'added', seq: 2 } });
  });

  test('know that what one announced was committed when the other has gone on from it', async () => {
    const { a, b, place } = await twoMachines();
    await change(a);
    // As it is when the process ended between its commit and the line that says so.
    const text = readFileSync(place.auditHead ?? '', 'latin1');
    writeFileSync(place.auditHead ?? '', text.slice(0, text.lastIndexOf('done')));
    await change(b);
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 3, unfinished: false });
    await change(a);
    expect((await a.audit.list({})).items.map(({ action }) => action)).not.toContain('audit.unfinished');
  });

  test('know that what one announced was not committed when the other has gone on without it', async () => {
    const { a, b, place } = await twoMachines();
    writeFileSync(place.auditHead ?? '', `next 2 ${'a'.repeat(64)}\n`, { flag: 'a' });
    await change(b);
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 2, unfinished: true });
    await change(a);
    expect((await a.audit.list({})).items.map(({ action }) => action).slice(0, 2)).toEqual([
      'place.add',
      'audit.unfinished',
    ]);
    expect(await b.audit.verify()).toMatchObject({ ok: true, entries: 4, unfinished: false });
  });

  test('leave it whole when their processes are killed in the middle', async () => {
    const { place, second, a, b } = await twoMachines();
    for (let round = 0; round < 3; round++) {
      const changers = [changingProcess(place), changingProcess(second), changingProcess(second)];
      onTestFinished(() => {
        for (const { process: child } of changers) child.kill('SIGKILL');
      });
      for (const { process: child, answered } of changers)
        while (answered().length < 3 + round) await once(child.stdout as NodeJS.ReadableStream, 'data');
      for (const { process: child } of changers) child.kill('SIGKILL');
      await Promise.all(changers.map(({ process: child }) => once(child, 'close')));
      for (const ask of [a, b]) expect((await ask.audit.verify()).problem).toBeNull();
    }
    await change(a);
    await change(b);
    for (const ask of [a, b]) expect(await ask.audit.verify()).toMatchObject({ ok: true, unfinished: false });
  });
});

describe('entries of a process without the key', () => {
  const withKeyless = async () => {
    const machines = await twoMachines();
    const { ask: keyless } = await instanceAt(withoutKey(machines.place), { clock: machines.clock });
    await change(keyless);
    await change(keyless);
    return { ...machines, keyless };
  };

  test('are whole, and not sealed until the next change with the key', async () => {
    const { a, b, keyless } = await withKeyless();
    for (const ask of [a, b])
      expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3, unsealed: 2 });
    await change(b);
    for (const ask of [a, b])
      expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 4, unsealed: 0 });
    await change(keyless);
    expect(await a.audit.verify()).toMatchObject({ ok: true, entries: 5, unsealed: 1 });
  });

  test('that are sealed cannot be changed, although anybody could make their hash', async () => {
    const { a, raw, rows } = await withKeyless();
    await change(a);
    const [first, second] = await rows();
    if (first === undefined || second === undefined) throw new Error('there are no entries');
    const forged = macOf(
      null,
      {
        seq: 2,
        at: second.at,
        actor: 'os:eve',
        action: second.action,
        subject: { kind: second.subject_kind, id: second.subject_id, name: second.subject_name },
        before: second.before,
        after: second.after,
        keyId: '',
      },
      first.mac,
    );
    await raw.run(`UPDATE audit_entry SET actor = 'os:eve', mac = ? WHERE seq = 2`, forged);
    expect(await a.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'changed', seq: 3 } });
  });

  test('do not stand in for one that was made with the key', async () => {
    const { a, raw } = await twoMachines();
    await change(a);
    await raw.run(`UPDATE audit_entry SET key_id = '' WHERE seq = 2`);
    expect(await a.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'changed', seq: 2 } });
  });

  test('were never recorded in a file, whose key lies beside it', async () => {
    const place = await freshPlace('sqlite');
    const { ask } = await instanceAt(place);
    await change(ask);
    const raw = rawDatabase(place);
    const [last] = await raw.rows<Row>('SELECT * FROM audit_entry');
    const entry = {
      seq: 2,
      at: 1,
      actor: 'x',
      action: 'place.add',
      subject: { kind: 'place', id: '', name: '' },
      before: null,
      after: '1',
      keyId: '',
    };
    const mac = macOf(null, entry, last?.mac ?? '');
    await raw.run(
      `INSERT INTO audit_entry VALUES (2, 1, 'x', 'place.add', 'place', '', '', NULL, '1', '', ?)`,
      mac,
    );
    expect(await ask.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'added', seq: 2 } });
    expect(readKeyRing(place).source).toBe('file');
  });
});
