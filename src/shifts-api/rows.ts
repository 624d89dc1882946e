import { type Reads, rowsOf, type SqlValue } from '../db/reads.ts';

export type Value = SqlValue;

/**
 * What is read and written to answer a request, written once for both engines: each statement is yielded, and its rows
 * come back. No input ever becomes part of a text of SQL.
 */
export type Steps<T> = Reads<T>;

/** A part of a WHERE clause with the values of its question marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

export const all = <Row>(sql: string, values: readonly Value[]): Steps<Row[]> => rowsOf<Row>(sql, ...values);

export function* first<Row>(sql: string, values: readonly Value[]): Steps<Row | undefined> {
  return (yield* all<Row>(sql, values))[0];
}

export function* run(sql: string, values: readonly Value[]): Steps<void> {
  yield { sql, values };
}

/** " WHERE a AND b", or nothing for no conditions; and the values in their order. */
export function where(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.length === 0 ? '' : ` WHERE ${conditions.map((c) => c.sql).join(' AND ')}`,
    values: conditions.flatMap((c) => c.values),
  };
}
