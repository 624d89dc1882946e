import type { ClientBase, Pool } from 'pg';
import type { SqliteFile } from './open.ts';
import { pooledTransaction } from './pooled-transaction.ts';

export type SqlValue = string | number | null | Uint8Array;

interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Only the rows whose column is one of these: in SQLite a statement each, in Postgres one for all. */
  readonly among?: { readonly column: string; readonly ids: readonly string[] };
}

/**
 * What is read from the database, written once for both engines: each statement is yielded, and its rows come back. On
 * an SQLite file it is read at once, as a gateway does between two requests; on Postgres it is waited for. In the SQL a
 * value is a question mark, and only what both engines understand is used.
 */
export type Reads<T> = Generator<Statement, T, unknown[]>;

/** The rows of one statement: `const rows = yield* rowsOf<Row>('SELECT … WHERE id = ?', id)`. */
export function* rowsOf<Row>(sql: string, ...values: SqlValue[]): Reads<Row[]> {
  return (yield { sql, values }) as Row[];
}

/** The rows of a table (`sql` has no WHERE) whose `column` is one of `ids`; without those, all of them. */
export function* rowsAmong<Row>(sql: string, column: string, ids?: readonly string[]): Reads<Row[]> {
  if (ids === undefined) return yield* rowsOf<Row>(sql);
  return (ids.length === 0 ? [] : yield { sql, values: [], among: { column, ids } }) as Row[];
}

/** The value of a setting; undefined where it is not set. */
export function* readSetting(name: string): Reads<string | undefined> {
  const [row] = yield* rowsOf<{ value: string }>('SELECT value FROM setting WHERE name = ?', name);
  return row?.value;
}

/** Reads from an SQLite file, at once, in the caller's transaction if there is one. */
export function readNow<T>(file: SqliteFile, reads: Reads<T>): T {
  let step = reads.next();
  while (!step.done) {
    const { sql, values, among } = step.value;
    if (among === undefined) step = reads.next(file.prepare(sql).all(...values));
    else {
      const one = file.prepare(`${sql} WHERE ${among.column} = ?`);
      step = reads.next(among.ids.flatMap((id) => one.all(id)));
    }
  }
  return step.value;
}

/** What the reads make of a database that has no rows. */
export function readNothing<T>(reads: Reads<T>): T {
  let step = reads.next();
  while (!step.done) step = reads.next([]);
  return step.value;
}

/** Reads from one state of an SQLite file, at once. */
export const readSnapshotNow = <T>(file: SqliteFile, reads: Reads<T>): T =>
  file.transaction(() => readNow(file, reads))();

/**
 * Reads from Postgres, in the client's transaction if there is one.
 * @param withinMs how long each statement may take, in place of what the client says
 */
export async function readLater<T>(
  client: ClientBase | Pool,
  reads: Reads<T>,
  withinMs?: number,
): Promise<T> {
  const within = withinMs === undefined ? {} : { query_timeout: withinMs };
  let step = reads.next();
  while (!step.done) {
    const { sql, values, among } = step.value;
    const { rows } = await (among === undefined
      ? client.query({ text: numbered(sql), values: [...values], ...within })
      : client.query({
          text: `${sql} WHERE ${among.column} = ANY($1)`,
          values: [among.ids],
          ...within,
        }));
    step = reads.next(rows);
  }
  return step.value;
}

/** Reads from one state of a Postgres database. */
export const readSnapshot = <T>(pool: Pool, reads: Reads<T>): Promise<T> =>
  pooledTransaction(pool, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', (client) =>
    readLater(client, reads),
  );

const numberedSql = new Map<string, string>();

/**
 * A statement as Postgres writes it: `?` is $1, $2, …, and which index to take it decides itself. No text of SQL here
 * has a question mark that is not a value.
 */
export function numbered(sql: string): string {
  let found = numberedSql.get(sql);
  if (found === undefined) {
    let number = 0;
    found = sql.replace(/ (NOT INDEXED|INDEXED BY \w+)/g, '').replace(/\?/g, () => `$${++number}`);
    numberedSql.set(sql, found);
  }
  return found;
}
