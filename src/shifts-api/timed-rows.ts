import type { Find } from './pages.ts';
import { inGroups, oneOf } from './restrict.ts';
import { all, type Condition, first, type Steps, type Value, where } from './rows.ts';
import { instant, rowId } from './shapes.ts';
import type { Visible } from './visible.ts';

/** The filters that lists of timed rows share. */
export const timedFilters = {
  from: instant.describe('at or after this').optional(),
  to: instant.describe('before this').optional(),
  employeeId: rowId.optional(),
  businessUnitId: rowId.optional(),
  locationId: rowId.optional(),
};

type Query = { readonly [K in keyof typeof timedFilters | 'status']?: string | undefined };

/** A table of timed rows; its indexes are named after it. */
interface Timed {
  readonly name: 'shift' | 'attendance';
  /** The column that orders them, and that `from` and `to` compare with. */
  readonly time: string;
}

/** So many rows, or members of groups, cost next to nothing. */
const FEW = 500;

/**
 * Finds the rows of a list that a token may see. SQLite knows nothing of how many rows a place or an employee has, so
 * the index is chosen here: a page must cost about what its rows cost, not what the table holds.
 */
export function findTimed<R>(
  { name, time }: Timed,
  visible: Visible,
  query: Query,
): Find<R & { sortKey: number }> {
  const conditions = conditionsOf(time, visible, query);
  const groups = visible.userGroups;
  return function* ({ after, by, limit }) {
    const find = (table: string, more: readonly Condition[]) => {
      const filter = where(more);
      return all<R & { sortKey: number }>(
        `SELECT *, ${time} AS "sortKey" FROM ${table}${filter.sql} ORDER BY ${by} LIMIT ?`,
        [...filter.values, limit],
      );
    };
    const isFew = function* (table: string, filter: Condition): Steps<boolean> {
      const counted = yield* first<{ n: number }>(
        `SELECT count(*) AS n FROM (SELECT 1 FROM ${table}${filter.sql} LIMIT ${FEW}) AS few`,
        filter.values,
      );
      return (counted?.n ?? 0) < FEW;
    };
    const narrow = yield* narrowBy(visible, query, (status) =>
      isFew(`${name} INDEXED BY ${name}_status`, where([{ sql: 'status = ?', values: [status] }])),
    );
    const table = narrow === null ? name : `${name} INDEXED BY ${name}_${narrow}`;
    const wanted = [...conditions, ...after];
    if (groups === null) return yield* find(table, wanted);

    const member = inGroups(`${name}.employee_id`, groups);
    if (query.employeeId !== undefined) return yield* find(table, [...wanted, member]);
    // Where many are members, the first rows have a page of theirs.
    const before = where(wanted);
    const part = `(SELECT * FROM ${table}${before.sql} ORDER BY ${by} LIMIT ${FEW}) AS ${name}`;
    const found = yield* find(part, [{ sql: member.sql, values: [...before.values, ...member.values] }]);
    if (found.length === limit || (yield* isFew(table, before))) return found;
    // Else each member's own rows, unless they are too many and the places have fewer.
    const inThem = where([oneOf('group_id', groups)]);
    if (narrow !== null && !(yield* isFew('employee_group', inThem)))
      return yield* find(table, [...wanted, member]);
    const members = `employee_id IN (SELECT employee_id FROM employee_group${inThem.sql})`;
    return yield* find(`${name} INDEXED BY ${name}_employee`, [
      { sql: members, values: inThem.values },
      ...wanted,
    ]);
  };
}

/** The index of what narrows a list the most, as far as that can be known; null: time alone. */
function* narrowBy(
  { businessUnits, locations }: Visible,
  { employeeId, businessUnitId, locationId, status }: Query,
  isRare: (status: string) => Steps<boolean>,
): Steps<string | null> {
  if (employeeId !== undefined) return 'employee';
  const byUnit = businessUnits !== null || businessUnitId !== undefined;
  const byLocation = locations !== null || locationId !== undefined;
  if (status !== undefined && ((!byUnit && !byLocation) || (yield* isRare(status)))) return 'status';
  if (byUnit && byLocation) return 'place';
  if (byUnit) return 'unit';
  return byLocation ? 'location' : null;
}

/** All conditions but that of the groups. */
function conditionsOf(time: string, { businessUnits, locations }: Visible, query: Query): Condition[] {
  const conditions: Condition[] = [];
  if (businessUnits !== null) conditions.push(oneOf('business_unit_id', businessUnits));
  if (locations !== null) conditions.push(oneOf('location_id', locations));
  const add = (sql: string, value: Value | undefined) => {
    if (value !== undefined) conditions.push({ sql, values: [value] });
  };
  add(`${time} >= ?`, query.from === undefined ? undefined : Date.parse(query.from));
  add(`${time} < ?`, query.to === undefined ? undefined : Date.parse(query.to));
  add('employee_id = ?', query.employeeId);
  add('business_unit_id = ?', query.businessUnitId);
  add('location_id = ?', query.locationId);
  add('status = ?', query.status);
  return conditions;
}
