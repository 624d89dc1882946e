import type { SqliteFile } from '../db/open.ts';

export type Value = string | number | null;

/** A part of a WHERE clause with the values of its question marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** The rows of one file. Statements are prepared once for each text of SQL, which no input ever becomes part of. */
export interface Rows {
  all<T>(sql: string, values: readonly Value[]): T[];
  first<T>(sql: string, values: readonly Value[]): T | undefined;
  run(sql: string, values: readonly Value[]): void;
  /** Runs `work` with all that it reads coming from one state of the file. */
  read<T>(work: () => T): T;
  /** Runs `work` in one write transaction, so that what it checked still holds when it writes. */
  write<T>(work: () => T): T;
}

export function rowsOf(file: SqliteFile): Rows {
  const prepared = new Map<string, ReturnType<SqliteFile['prepare']>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made = file.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  const transaction = file.transaction((work: () => unknown) => work());
  return {
    all: <T>(sql: string, values: readonly Value[]) => statement(sql).all(...values) as T[],
    first: <T>(sql: string, values: readonly Value[]) => statement(sql).get(...values) as T | undefined,
    run: (sql, values) => {
      statement(sql).run(...values);
    },
    read: <T>(work: () => T) => transaction.deferred(work) as T,
    write: <T>(work: () => T) => transaction.immediate(work) as T,
  };
}

/** " WHERE a AND b", or nothing for no conditions; and the values in their order. */
export function where(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? '' : ` WHERE ${conditions.map((c) => c.sql).join(' AND ')}`,
    values: conditions.flatMap((c) => c.values),
  };
}
