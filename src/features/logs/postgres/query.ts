import { DAY } from '../../../base/clock.ts';
import { numbered } from '../../../db/reads.ts';
import type { LogFilter } from '../contract.ts';
import type { Page } from '../log-store.ts';
import { dayOf, idAt } from '../row-ids.ts';
import type { Queries } from './queries.ts';

/** A row as it is stored. */
export interface LogRow {
  readonly day: number;
  readonly id: number;
  readonly detail: string;
}

/** Part of a query, with the values of its question marks. */
interface Condition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Days from `from` to `to`; ids only where it is one day, of which not all is wanted. `to` is not part of it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ids?: readonly [from: number, to: number];
}

const LAST_DAY = 100_000;
const NO_END = Number.MAX_SAFE_INTEGER;

/**
 * The rows that a filter lets through, in the order of time. Days of which only a part is wanted are asked for on their
 * own, so that each query is a walk along an index, and three of them are enough.
 */
export async function queryRows(pool: Queries, filter: LogFilter, page: Page): Promise<LogRow[]> {
  const branches = branchesOf(filter);
  const stretches = stretchesOf(filter, page);
  if (page.order === 'newest') stretches.reverse();
  const found: LogRow[] = [];
  for (const stretch of stretches) {
    const { sql, values } = select(branches, stretch, page.order, page.limit - found.length);
    found.push(...(await pool.query<LogRow>(numbered(sql), [...values])).rows);
    if (found.length >= page.limit) break;
  }
  return found;
}

function select(
  branches: readonly Condition[],
  { from, to, ids }: Stretch,
  order: Page['order'],
  limit: number,
): Condition {
  const by = order === 'newest' ? 'ORDER BY day DESC, id DESC' : 'ORDER BY day, id';
  const where = ids === undefined ? 'day >= ? AND day < ?' : 'day >= ? AND day < ? AND id >= ? AND id < ?';
  const each = branches.map(
    ({ sql }) => `(SELECT day, id, detail FROM request WHERE ${where} AND ${sql} ${by} LIMIT ?)`,
  );
  const values = branches.flatMap((branch) => [from, to, ...(ids ?? []), ...branch.values, limit]);
  if (each.length === 1) return { sql: each[0] as string, values };
  return { sql: `${each.join(' UNION ALL ')} ${by} LIMIT ?`, values: [...values, limit] };
}

function stretchesOf(filter: LogFilter, { order, after }: Page): Stretch[] {
  const from = filter.from?.getTime() ?? 0;
  const to = filter.to?.getTime() ?? LAST_DAY * DAY;
  const [oldest, newest] = [order === 'oldest' ? after : null, order === 'newest' ? after : null];
  const first = Math.max(0, dayOf(from), oldest?.day ?? 0);
  const last = Math.min(LAST_DAY, dayOf(to - 1), newest?.day ?? LAST_DAY);
  const idsOf = (day: number): readonly [number, number] => [
    Math.max(idAt(day, from), oldest?.day === day ? oldest.id + 1 : 0),
    Math.min(idAt(day, to), newest?.day === day ? newest.id : NO_END),
  ];
  if (first > last) return [];
  const only = (day: number): Stretch => ({ from: day, to: day + 1, ids: idsOf(day) });
  if (first === last) return [only(first)];
  const cutAtFirst = idsOf(first)[0] > 0;
  const cutAtLast = idsOf(last)[1] < idAt(last, (last + 1) * DAY);
  const whole = { from: cutAtFirst ? first + 1 : first, to: cutAtLast ? last : last + 1 };
  return [
    ...(cutAtFirst ? [only(first)] : []),
    ...(whole.from < whole.to ? [whole] : []),
    ...(cutAtLast ? [only(last)] : []),
  ];
}

/**
 * What a filter (its times apart) compares, a condition for each index that is walked along: the index of a token before
 * that of a reason, of a status (200 and 2xx have none, as nearly all is 200), and of an endpoint or tag.
 */
function branchesOf({ tokenId, endpoint, status, reason }: LogFilter): Condition[] {
  const conditions: Condition[] = [];
  if (tokenId !== undefined) conditions.push({ sql: 'token_id = ?', values: [tokenId] });
  if (reason !== undefined) conditions.push({ sql: 'reason = ?', values: [reason] });
  if (status !== undefined) conditions.push(statusCondition(status));
  if (endpoint === undefined) return [joined(conditions)];
  return [
    { sql: 'endpoint = ?', values: [endpoint] },
    { sql: 'tag = ? AND endpoint IS DISTINCT FROM ?', values: [endpoint, endpoint] },
  ].map((one) => joined([...conditions, one]));
}

function statusCondition(status: string): Condition {
  // Partial indexes are used where their own condition is said again.
  if (status === '200') return { sql: 'status = 200', values: [] };
  if (!status.endsWith('xx')) return { sql: 'status <> 200 AND status = ?', values: [Number(status)] };
  const values = [Number(status[0])];
  return status === '2xx'
    ? { sql: 'status / 100 = ?', values }
    : { sql: 'status <> 200 AND status / 100 = ?', values };
}

const joined = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.length === 0 ? 'TRUE' : conditions.map(({ sql }) => sql).join(' AND '),
  values: conditions.flatMap(({ values }) => values),
});
