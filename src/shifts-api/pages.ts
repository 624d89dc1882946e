import { type ApiAnswer, about, invalidField, ok } from './answers.ts';
import { all, type Condition, type Steps, where } from './rows.ts';
import { DEFAULT_LIMIT } from './shapes.ts';

/** How a list is ordered: by `column` and then by id, or by id alone where `column` is null. */
export interface Order {
  readonly column: string | null;
  readonly descending?: boolean;
}

interface Paged {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The part of a list that a page asks for: at most `limit` rows `after` the cursor, ordered by `by`. */
export interface Part {
  readonly after: readonly Condition[];
  readonly by: string;
  readonly limit: number;
}

/** Finds the rows of a part of a list; each has the list's order column as `sortKey`. */
export type Find<R> = (part: Part) => Steps<R[]>;

/** Finds rows by one statement, whose beginning is `select`. */
export const findBy =
  <R>(select: string, conditions: readonly Condition[]): Find<R> =>
  ({ after, by, limit }) => {
    const filter = where([...conditions, ...after]);
    return all<R>(`${select}${filter.sql} ORDER BY ${by} LIMIT ?`, [...filter.values, limit]);
  };

/**
 * One page of a list: rows after the cursor's, by their key and not by their number, so that rows that come
 * and go between two pages make none appear twice or be left out.
 */
export function* page<R extends { id: string; sortKey: number | null }>(
  find: Find<R>,
  order: Order,
  query: Paged,
  shown: (rows: readonly R[]) => Steps<unknown[]>,
): Steps<ApiAnswer> {
  const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
  const after = query.cursor === undefined ? [] : afterCursor(query.cursor, order);
  if (after === null) return invalidField('cursor', 'is not the nextCursor of a page of this list');
  const direction = order.descending === true ? ' DESC' : '';
  const by = order.column === null ? `id${direction}` : `${order.column}${direction}, id${direction}`;
  const found = yield* find({ after, by, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const answer = ok({
    items: yield* shown(items),
    nextCursor: found.length > limit && last !== undefined ? cursorOf(last.sortKey, last.id) : null,
  });
  // A list leaves hidden rows out; it is never refused for them.
  return about([], answer);
}

const cursorOf = (key: number | null, id: string): string =>
  Buffer.from(JSON.stringify([key, id])).toString('base64url');

function afterCursor(cursor: string, order: Order): Condition[] | null {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
  if (!Array.isArray(value) || value.length !== 2) return null;
  const [key, id] = value as [unknown, unknown];
  if (typeof id !== 'string') return null;
  const sign = order.descending === true ? '<' : '>';
  if (order.column === null) return key === null ? [{ sql: `id ${sign} ?`, values: [id] }] : null;
  if (typeof key !== 'number') return null;
  return [{ sql: `(${order.column}, id) ${sign} (?, ?)`, values: [key, id] }];
}

/** Shows rows each by itself, as nothing more has to be read for it. */
export const each = <R>(shown: (row: R) => unknown) =>
  // biome-ignore lint/correctness/useYield: a step like the others that asks nothing
  function* (found: readonly R[]): Steps<unknown[]> {
    return found.map(shown);
  };
