import type { ClientBase, Pool, PoolClient } from 'pg';
import type { SqliteFile } from './open.ts';

export type SqlValue = string | number | null | Uint8Array;

interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
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

/** Reads from an SQLite file, at once, in the caller's transaction if there is one. */
export function readNow<T>(file: SqliteFile, reads: Reads<T>): T {
  let step = reads.next();
  while (!step.done) {
    const { sql, values } = step.value;
    step = reads.next(file.prepare(sql).all(...values));
  }
  return step.value;
}

/** Reads from Postgres, in the client's transaction if there is one. */
export async function readLater<T>(client: ClientBase | Pool, reads: Reads<T>): Promise<T> {
  let step = reads.next();
  while (!step.done) {
    const { sql, values } = step.value;
    const { rows } = await client.query(numbered(sql), [...values]);
    step = reads.next(rows);
  }
  return step.value;
}

/** Reads from one state of a Postgres database. */
export async function readSnapshot<T>(pool: Pool, reads: Reads<T>): Promise<T> {
  const client: PoolClient = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const answer = await readLater(client, reads);
    await client.query('COMMIT');
    return answer;
  } catch (thrown) {
    failure = thrown as Error;
    throw thrown;
  } finally {
    // A connection that failed is not used again: its transaction may still be open.
    client.release(failure);
  }
}

const numberedSql = new Map<string, string>();

/** `?` as Postgres writes it: $1, $2, … No text of SQL here has a question mark that is not a value. */
export function numbered(sql: string): string {
  let found = numberedSql.get(sql);
  if (found === undefined) {
    let number = 0;
    found = sql.replace(/\?/g, () => `$${++number}`);
    numberedSql.set(sql, found);
  }
  return found;
}
