import Database from 'better-sqlite3';
import { Kysely, type Transaction } from 'kysely';
import { Migrator } from 'kysely/migration';
import { SECOND } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { ImmediateSqliteDialect, LOCK_WAIT } from './immediate-sqlite.ts';
import { migrations, postgresMigrations } from './migrations/index.ts';
import type { DatabaseAddress } from './place.ts';
import { kyselyOverPostgres, openPool } from './postgres.ts';
import type { Schema } from './schema.ts';
import { isPostgres } from './statements.ts';

/** A handle that only reads: the type has no insert, update or delete, and the connection refuses them too. */
export type ReadDb = Pick<Kysely<Schema>, 'selectFrom' | 'with' | 'fn' | 'dynamic'>;
/** A handle that also writes. Every read handle's call works on it, so a transaction can be read from. */
export type WriteDb = Kysely<Schema> | Transaction<Schema>;

export type SqliteFile = Database.Database;

/** Text as it is compared where capitals do not matter; in SQL `fold(x)`, as SQLite itself only knows ASCII. */
export const fold = (text: unknown): string => String(text).normalize('NFC').toLowerCase();

/**
 * Opens an SQLite file the one way we open them: WAL, `synchronous=FULL`, foreign keys, 5000 ms of waiting for
 * a lock. better-sqlite3 reopens a WAL file with `synchronous=NORMAL`, so the setting is read back and asserted.
 * @param options `existing`: where the file is gone it is not made anew, which would be an instance without its rows;
 *   `pageSize`, in bytes, is for a file that is still empty
 */
export function openSqlite(
  path: string,
  options: { readonly?: boolean; existing?: boolean; pageSize?: number } = {},
): SqliteFile {
  const file = new Database(path, {
    readonly: options.readonly ?? false,
    fileMustExist: options.existing ?? false,
    timeout: LOCK_WAIT,
  });
  try {
    if (options.pageSize !== undefined) file.pragma(`page_size = ${options.pageSize}`);
    if (!options.readonly) file.pragma('journal_mode = WAL');
    file.pragma('synchronous = FULL');
    file.pragma('foreign_keys = ON');
    file.function('fold', { deterministic: true }, fold);
    if (file.pragma('synchronous', { simple: true }) !== 2) throw new Error('synchronous is not FULL');
    if (file.pragma('journal_mode', { simple: true }) !== 'wal') throw new Error('journal_mode is not WAL');
  } catch (cause) {
    file.close();
    if (cause instanceof Database.SqliteError && cause.code === 'SQLITE_NOTADB')
      throw new Fault('file.invalid', { path, detail: 'it is not an SQLite database' }, { cause });
    throw cause;
  }
  return file;
}

/** Kysely over an open file. Destroying it closes the file. */
export const kyselyOver = <S>(file: SqliteFile): Kysely<S> =>
  new Kysely<S>({ dialect: new ImmediateSqliteDialect({ database: file }) });

/** An admin's call is refused rather than left without an answer, where the database is silent; milliseconds. */
const ADMIN_WITHIN = 30 * SECOND;
const ADMIN_CONNECTIONS = 8;

/** Kysely over an instance's database. Destroying it closes what it opened. */
export const openDatabase = (database: DatabaseAddress): Kysely<Schema> =>
  database.engine === 'sqlite'
    ? kyselyOver<Schema>(openSqlite(database.file, { existing: true }))
    : kyselyOverPostgres<Schema>(openPool(database.url, ADMIN_CONNECTIONS, ADMIN_WITHIN), database.url);

/**
 * Brings the database to the newest schema, in one transaction; a no-op on a current one.
 * @param name of the instance: the file's path, or the database's URL without the password
 */
export async function migrate(db: Kysely<Schema>, name: string): Promise<void> {
  const postgres = isPostgres(db);
  const known = postgres ? postgresMigrations : migrations;
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  if (error instanceof Fault) throw error;
  const detail = 'its schema could not be brought up to date';
  throw postgres
    ? new Fault('database.invalid', { name, detail }, { cause: error })
    : new Fault('file.invalid', { path: name, detail }, { cause: error });
}

/** Runs `work` in one write transaction that takes its lock at the start, so that it never fails half-way. */
export const inTransaction = <T>(db: WriteDb, work: (tx: Transaction<Schema>) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db as Transaction<Schema>) : db.transaction().execute(work);
