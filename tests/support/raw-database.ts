import type pg from 'pg';
import { onTestFinished } from 'vitest';
import { withDatabase } from '../../src/db/instance-database.ts';
import { openSqlite, type SqliteFile } from '../../src/db/open.ts';
import type { DatabaseAddress, InstancePlace } from '../../src/db/place.ts';
import { openPool } from '../../src/db/postgres.ts';
import {
  numbered,
  type Reads,
  readNow,
  readSnapshot,
  readSnapshotNow,
  rowsOf,
  type SqlValue,
} from '../../src/db/reads.ts';

/** Does in a database what is written apart for each engine; in one transaction on Postgres. */
export async function beside(
  database: DatabaseAddress,
  work: {
    sqlite: (file: SqliteFile) => void;
    postgres: (client: pg.Client) => Promise<void>;
  },
): Promise<void> {
  if (database.engine === 'sqlite') {
    const file = openSqlite(database.file);
    work.sqlite(file);
    file.close();
    return;
  }
  await withDatabase(database.url, async (client) => {
    await client.query('BEGIN');
    await work.postgres(client);
    await client.query('COMMIT');
  });
}

/** An instance's database beside the instance, as whoever can open it reads and writes it. */
export interface RawDatabase {
  /** The rows of one statement that both engines understand, its values question marks. */
  rows<Row>(sql: string, ...values: SqlValue[]): Promise<Row[]>;
  /** Runs a statement that gives no rows. */
  run(sql: string, ...values: SqlValue[]): Promise<void>;
  /** Reads from one state. */
  read<T>(reads: Reads<T>): Promise<T>;
}

/** Open until the running test ends. */
export function rawDatabase({ database }: InstancePlace): RawDatabase {
  if (database.engine === 'sqlite') {
    const file = openSqlite(database.file);
    onTestFinished(() => void file.close());
    return {
      rows: async <Row>(sql: string, ...values: SqlValue[]) => readNow(file, rowsOf<Row>(sql, ...values)),
      run: async (sql, ...values) => void file.prepare(sql).run(...values),
      read: async (reads) => readSnapshotNow(file, reads),
    };
  }
  const pool = openPool(database.url, 2);
  onTestFinished(() => pool.end());
  return {
    rows: async <Row>(sql: string, ...values: SqlValue[]) =>
      (await pool.query(numbered(sql), values)).rows as Row[],
    run: async (sql, ...values) => void (await pool.query(numbered(sql), values)),
    read: (reads) => readSnapshot(pool, reads),
  };
}
