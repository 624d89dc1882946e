import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { openSqlite, type SqliteFile } from '../../db/open.ts';
import { placeOfFile } from '../../db/place.ts';
import { hasOldRows } from '../logs/convert-rows.ts';
import { dayPath, listDays } from '../logs/day-file.ts';
import { type Reader, readPosition } from '../logs/position.ts';
import { earlier, START } from '../logs/segments.ts';
import { usagePath } from '../usage/usage-file.ts';
import { type HeldSegment, HeldSegments } from './held-segments.ts';
import { INSTANCE } from './manifest.ts';

/** One database of an instance, held at one state by a read transaction. */
export interface HeldDatabase {
  /** Its entry in the archive. */
  readonly name: string;
  readonly file: SqliteFile;
}

/** An instance at one moment. */
export interface Snapshot {
  /** The main file first, then the roll-ups, then the days, newest first: as they are written to. */
  readonly databases: readonly HeldDatabase[];
  readonly segments: readonly HeldSegment[];
  /** The segments before those that the held days name; retention may take them with their days meanwhile. */
  readonly kept: readonly number[];
  /** What `FILE.audit` said of the log's end in the held main file; null: there is no such file. */
  readonly auditHead: Buffer | null;
  /** Lets go of one database, so that its WAL can be checkpointed again. */
  release(database: HeldDatabase): void;
  close(): void;
}

const TRIES = 5;

/**
 * Holds an instance as it is now, beside whoever writes to it. What a restore needs, in this order:
 * 1. the journal's segments are opened, so that none which the databases still need can go;
 * 2. the roll-ups and the main file are held. Rows are committed before both, so
 * 3. the days, held after them, have every row before their positions, perhaps more;
 * 4. the journal's end is taken last, so that no database is ahead of it.
 * Replaying the journal from the earlier of the positions in 2 then brings each file to the same end, and each takes
 * only what lies behind its own position: nothing is missing, nothing comes twice.
 */
export function takeSnapshot(instanceFile: string): Snapshot {
  let before = '';
  for (let tried = 1; ; tried++) {
    const taken = hold(instanceFile);
    // A segment that came, was brought in and went between 1 and 4: again. One that is missing for good is no
    // reason against a backup.
    const missing = taken.missing.join();
    if (missing === '' || missing === before) return taken;
    taken.close();
    if (tried === TRIES) throw new Error(`the journal's segments ${missing} went while it was being copied`);
    before = missing;
  }
}

function hold(instanceFile: string): Snapshot & { missing: number[] } {
  const held = new HeldSegments(instanceFile);
  const databases: HeldDatabase[] = [];
  const release = (database: HeldDatabase) => database.file.close();
  const close = () => {
    databases.forEach(release);
    held.close();
  };
  const add = (name: string, path: string): SqliteFile | null => {
    const file = holdDatabase(path);
    if (file !== null) databases.push({ name, file });
    return file;
  };
  try {
    held.holdNew();
    const { main, auditHead } = underWriteLock(instanceFile, () => ({
      auditHead: readIfThere(placeOfFile(instanceFile).auditHead),
      main: add(INSTANCE, instanceFile),
    }));
    const usage = add(`${INSTANCE}.logs/usage.db`, usagePath(instanceFile));
    const from = earlier(positionIn(main, 'token_use'), positionIn(usage, 'usage')).segment;
    for (const day of listDays(instanceFile)) {
      const path = dayPath(instanceFile, day);
      add(`${INSTANCE}.logs/${basename(path)}`, path);
    }
    held.holdNew();
    const segments = held.from(from);
    const kept = segmentsNamed(databases).filter((number) => number < from);
    return { databases, segments, kept, auditHead, missing: held.missingFrom(from), release, close };
  } catch (thrown) {
    close();
    throw thrown;
  }
}

/** Only under the write lock is nobody between announcing entries of the audit log and committing them. */
function underWriteLock<T>(instanceFile: string, work: () => T): T {
  const file = openSqlite(instanceFile, { existing: true });
  try {
    file.exec('BEGIN IMMEDIATE');
    return work();
  } finally {
    // Rolls back: nothing was changed.
    file.close();
  }
}

const readIfThere = (path: string): Buffer | null => (existsSync(path) ? readFileSync(path) : null);

/** Null where the file is not there, or was made a moment ago and has no tables yet. */
function holdDatabase(path: string): SqliteFile | null {
  if (!existsSync(path) || statSync(path).size === 0) return null;
  const file = openSqlite(path, { readonly: true });
  file.exec('BEGIN');
  // A transaction holds a state from its first read on.
  if (file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'journal_position'").get()) return file;
  file.close();
  return null;
}

/** The segments in which the days' records are, ascending. */
function segmentsNamed(databases: readonly HeldDatabase[]): number[] {
  const days = databases.filter(({ name }) => /\/\d{4}-\d\d-\d\d\.db$/.test(name));
  const named = days.flatMap(({ file }) =>
    // A day from before there were blocks has its records itself.
    hasOldRows(file) ? [] : file.prepare<[], number>('SELECT number FROM segment').pluck().all(),
  );
  return [...new Set(named)].sort((a, b) => a - b);
}

const positionIn = (file: SqliteFile | null, reader: Reader) =>
  file === null ? START : readPosition(file, reader);
