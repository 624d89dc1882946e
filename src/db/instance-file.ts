import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Fault } from '../base/faults.ts';
import { LOCK_WAIT } from './immediate-sqlite.ts';
import { migrations } from './migrations/index.ts';

/** Is there nothing in this file yet? An empty one counts: another process may be making the instance just now. */
export function isNewFile(path: string): boolean {
  if (!existsSync(dirname(path)))
    throw new Fault('file.invalid', { path, detail: 'its folder does not exist' });
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new Fault('file.invalid', { path, detail: 'it is a folder' });
  return stat === undefined || (stat.size === 0 && !existsSync(`${path}-wal`));
}

/** Makes the file, for its owner only, unless it is there. SQLite gives its -wal and -shm the same mode. */
export function makeFile(path: string): void {
  try {
    // Never opened where it exists: closing it would drop the locks that SQLite in this process has on it.
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new Fault('file.denied', { path, detail: `it cannot be made (${code})` }, { cause });
  }
}

/** SQLite also writes beside a file that it only reads, so the folder counts as well. */
const reasonOf = ({ code, message }: { code: string; message: string }): string =>
  code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')
    ? `this account may not read and write it and its folder (${code})`
    : `SQLite cannot read it (${message})`;

/** Refuses, without a change to it, a file that is not SQLite's, not ours, or from a newer version than this. */
export function checkFile(path: string): void {
  let tables: Set<string>;
  let done: string[] = [];
  try {
    const file = new Database(path, { readonly: true, fileMustExist: true, timeout: LOCK_WAIT });
    try {
      const names = (sql: string) => file.prepare(sql).pluck().all() as string[];
      tables = new Set(names(`SELECT name FROM sqlite_schema WHERE type = 'table'`));
      if (tables.has('kysely_migration')) done = names('SELECT name FROM kysely_migration');
    } finally {
      file.close();
    }
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause;
    if (cause.code === 'SQLITE_NOTADB')
      throw new Fault('file.invalid', { path, detail: 'it is not an SQLite database' }, { cause });
    throw new Fault('file.denied', { path, detail: reasonOf(cause) }, { cause });
  }
  // Of an instance that is just being made, there may be no table yet, or only those of the migrator.
  if (tables.size > 0 && !tables.has('kysely_migration') && !tables.has('kysely_migration_lock'))
    throw new Fault('file.invalid', { path, detail: 'it is the database of another program' });
  const newer = done.find((name) => !(name in migrations));
  if (newer !== undefined)
    throw new Fault('file.invalid', {
      path,
      detail: `it has a change that this version does not know (${newer})`,
    });
}
