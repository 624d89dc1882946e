import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { handClock, testInstance } from '../../../tests/support/instance.ts';
import { openSqlite, type SqliteFile } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import type { Schema } from '../../db/schema.ts';
import { makeKeyText } from '../tokens/key.ts';

type Row = Schema['audit_entry'];
type Instance = Awaited<ReturnType<typeof testInstance>>;

/** Entries of three keys, the first of which is retired. */
async function loggedInstance(): Promise<Instance & { db: SqliteFile; length: number }> {
  const instance = await testInstance({ clock: handClock() });
  const { ask, file } = instance;
  const rename = async (times: number) => {
    for (let n = 0; n < times; n++)
      await ask.directory.places.add({ kind: 'location', name: `${Math.random()}` });
  };
  await rename(5);
  const [first] = (await ask.tokens.keys.show()).keys;
  await ask.tokens.keys.replace();
  await rename(4);
  await ask.tokens.keys.replace();
  await ask.tokens.keys.retire({ id: first?.id ?? '' });
  await rename(4);
  const db = openSqlite(file);
  onTestFinished(() => void db.close());
  return { ...instance, db, length: 16 };
}

const rowsIn = (db: SqliteFile): Row[] => db.prepare('SELECT * FROM audit_entry ORDER BY seq').all() as Row[];

/** What someone makes of the log who can write the database. */
function writeRows(db: SqliteFile, rows: readonly Row[]): void {
  db.transaction(() => {
    db.exec('DELETE FROM audit_entry');
    const insert = db.prepare(
      `INSERT INTO audit_entry VALUES (@seq, @at, @actor, @action, @subject_kind, @subject_id, @subject_name,
       @before, @after, @key_id, @mac)`,
    );
    for (const row of rows) insert.run(row);
  })();
}

const COLUMNS = [
  'at',
  'actor',
  'action',
  'subject_kind',
  'subject_id',
  'subject_name',
  'before',
  'after',
  'key_id',
  'mac',
] as const;

interface Tampering {
  readonly rows: Row[];
  readonly first: number;
}

const edited = (row: Row, column: (typeof COLUMNS)[number]): Row => ({
  ...row,
  [column]:
    column === 'at' ? row.at + 1 : column === 'before' && row.before === null ? '0' : `${row[column]} `,
});

/** A way to tamper with these rows, and the number of the first bad entry then. */
const tampering = (rows: readonly Row[]): fc.Arbitrary<Tampering> => {
  const length = rows.length;
  const seq = fc.integer({ min: 1, max: length });
  const numbered = (list: readonly Row[]) => list.map((row, index) => ({ ...row, seq: index + 1 }));
  const two = fc.uniqueArray(seq, { minLength: 2, maxLength: 2 }).map((pair) => pair.sort((a, b) => a - b));
  return fc.oneof(
    fc.record({ seq, column: fc.constantFrom(...COLUMNS) }).map(({ seq: first, column }) => ({
      first,
      rows: rows.map((row) => (row.seq === first ? edited(row, column) : row)),
    })),
    // Removed, and the others left as they are, or moved up.
    fc.record({ seq, moved: fc.boolean() }).map(({ seq: first, moved }) => {
      const kept = rows.filter((row) => row.seq !== first);
      return { first, rows: moved ? numbered(kept) : kept };
    }),
    // Two in each other's place.
    two.map(([a = 0, b = 0]) => ({
      first: a,
      rows: rows.map((row) =>
        row.seq === a
          ? { ...(rows[b - 1] as Row), seq: a }
          : row.seq === b
            ? { ...(rows[a - 1] as Row), seq: b }
            : row,
      ),
    })),
    // The end cut off, or everything.
    seq.map((first) => ({ first, rows: rows.filter((row) => row.seq < first) })),
    // A stretch in the middle cut out.
    two.map(([a = 0, b = 0]) => ({
      first: a,
      rows: rows.filter((row) => row.seq < a || row.seq > b),
    })),
    // A copy put in, the rest moved down; or put behind the end.
    fc.record({ of: seq, at: fc.integer({ min: 1, max: length + 1 }) }).map(({ of, at }) => ({
      first: at === of ? at + 1 : at,
      rows: numbered([...rows.slice(0, at - 1), rows[of - 1] as Row, ...rows.slice(at - 1)]),
    })),
    // One before the first.
    seq.map((of) => ({ first: 0, rows: [{ ...(rows[of - 1] as Row), seq: 0 }, ...rows] })),
  );
};

describe('an audit log', () => {
  test('that nobody touched is whole, over replaced and retired keys', async () => {
    const { ask, length } = await loggedInstance();
    expect(await ask.audit.verify()).toEqual({
      ok: true,
      entries: length,
      unsealed: 0,
      problem: null,
      unfinished: false,
      endKnown: true,
      head: { seq: length, mac: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  test('of a new instance is empty, and whole', async () => {
    const { ask, file } = await testInstance();
    expect(existsSync(placeOfFile(file).auditHead)).toBe(false);
    expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 0, head: { seq: 0 } });
  });

  test('that is edited, cut, reordered or added to anywhere names the first bad entry, also when it is written on', async () => {
    const { ask, file, db } = await loggedInstance();
    const rows = rowsIn(db);
    const head = readFileSync(placeOfFile(file).auditHead);
    await fc.assert(
      fc.asyncProperty(tampering(rows), fc.boolean(), async (tampered, writtenOn) => {
        writeFileSync(placeOfFile(file).auditHead, head);
        writeRows(db, tampered.rows);
        if (writtenOn) {
          await ask.directory.places.add({ kind: 'location', name: `${Math.random()}` });
          await ask.directory.places.add({ kind: 'location', name: `${Math.random()}` });
        }
        const verdict = await ask.audit.verify();
        expect(verdict).toMatchObject({ ok: false, problem: { seq: tampered.first } });
        expect(verdict.entries).toBe(Math.max(0, tampered.first - 1));
      }),
      { numRuns: 400 },
    );
    writeFileSync(placeOfFile(file).auditHead, head);
    writeRows(db, rows);
    expect(await ask.audit.verify()).toMatchObject({ ok: true });
  }, 120_000);

  test('whose key is gone cannot be verified from its first entry on', async () => {
    const { ask, file } = await loggedInstance();
    const text = readFileSync(placeOfFile(file).auditHead, 'latin1');
    writeFileSync(placeOfFile(file).auditHead, text.replace(/^key .*$/m, ''));
    expect(await ask.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'key', seq: 1 } });
  });

  test('over keys in the environment is whole while they are there, or once they are retired', async () => {
    const [old, fresh] = [makeKeyText(), makeKeyText()];
    const opened = async (keys: string, file?: string) => {
      vi.stubEnv('GATEHOUSE_KEY', keys);
      return testInstance({ clock: handClock(), ...(file && { file }) });
    };
    onTestFinished(() => void vi.unstubAllEnvs());
    const first = await opened(old);
    await first.ask.directory.places.add({ kind: 'location', name: 'A' });
    const both = await opened(`${fresh} ${old}`, first.file);
    expect((await both.ask.audit.list({})).items[0]).toMatchObject({ seq: 2, action: 'key.replace' });
    expect(await both.ask.audit.verify()).toMatchObject({ ok: true, entries: 2 });
    const gone = await opened(fresh, first.file);
    expect(await gone.ask.audit.verify()).toMatchObject({ ok: false, problem: { kind: 'key', seq: 1 } });
    const back = await opened(`${fresh} ${old}`, first.file);
    const [, retired] = (await back.ask.tokens.keys.show()).keys;
    await back.ask.tokens.keys.retire({ id: retired?.id ?? '' });
    const last = await opened(fresh, first.file);
    expect(await last.ask.audit.verify()).toMatchObject({ ok: true, entries: 3 });
  });

  test('without the file beside the key says that, and the next change says it in the log', async () => {
    const { ask, file } = await testInstance();
    await ask.directory.places.add({ kind: 'location', name: 'A' });
    rmSync(placeOfFile(file).auditHead);
    expect(await ask.audit.verify()).toMatchObject({
      ok: false,
      entries: 1,
      problem: { kind: 'head', seq: 1 },
    });
    await ask.directory.places.add({ kind: 'location', name: 'B' });
    expect(await ask.audit.verify()).toMatchObject({ ok: true, entries: 3 });
    const { items } = await ask.audit.list({});
    expect(items.map(({ action }) => action)).toEqual(['place.add', 'audit.head_lost', 'place.add']);
  });
});
