import { DAY } from '../../../base/clock.ts';
import type { Place } from '../cursor.ts';
import type { Page } from '../log-store.ts';
import { dayOf, idAt } from '../row-ids.ts';
import type { Plan } from './plan.ts';
import type { Queries } from './queries.ts';
import { type Sql, statement } from './sql.ts';

/** A row as it is stored. */
export interface StoredRow extends Place {
  readonly detail: string;
}

/** Days from `from` to `to`; ids only where it is one day, of which not all is wanted. `to` is not part of it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly ids?: readonly [from: number, to: number];
}

const LAST_DAY = 100_000;
const NO_END = Number.MAX_SAFE_INTEGER;

/**
 * The rows of a plan from `from` to `to`, in the order of time; its rest is not asked. Days of which only a part is
 * wanted are asked for on their own, so that each query is a walk along an index, and three of them are enough.
 */
export async function readRows(
  pool: Queries,
  plan: Plan,
  [from, to]: readonly [from: number, to: number],
  page: Page,
): Promise<StoredRow[]> {
  const stretches = stretchesOf(from, to, page);
  if (page.order === 'newest') stretches.reverse();
  const found: StoredRow[] = [];
  for (const stretch of stretches) {
    const { text, values } = statement(select(plan, stretch, page.order, page.limit - found.length));
    found.push(...(await pool.query<{ day: number; id: number; detail: string }>(text, values)).rows);
    if (found.length >= page.limit) break;
  }
  return found;
}

const select =
  ({ walks, where }: Plan, stretch: Stretch, order: Page['order'], limit: number): Sql =>
  (bind) => {
    const by = order === 'newest' ? 'ORDER BY day DESC, id DESC' : 'ORDER BY day, id';
    const [within, most, besides] = [stretchSql(stretch)(bind), bind(limit), where(bind)];
    const each = walks.map(
      (walk) =>
        `(SELECT day, id, detail FROM request WHERE ${within} AND ${walk(bind)} AND ${besides} ${by} LIMIT ${most})`,
    );
    return each.length === 1 ? (each[0] as string) : `${each.join(' UNION ALL ')} ${by} LIMIT ${most}`;
  };

export const stretchSql =
  ({ from, to, ids }: Stretch): Sql =>
  (bind) => {
    const days = `day >= ${bind(from)} AND day < ${bind(to)}`;
    return ids === undefined ? days : `${days} AND id >= ${bind(ids[0])} AND id < ${bind(ids[1])}`;
  };

export function stretchesOf(
  start: number,
  end: number,
  { order, after }: Pick<Page, 'order' | 'after'>,
): Stretch[] {
  const [from, to] = [Math.max(0, Math.ceil(start)), Math.min(LAST_DAY * DAY, Math.ceil(end))];
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
