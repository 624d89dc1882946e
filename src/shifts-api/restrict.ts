import type { Condition } from './rows.ts';
import type { Visible } from './visible.ts';

/** Where a table keeps what restrictions are about; `employee` is the SQL of the employee's id, or null. */
export interface Restricted {
  readonly businessUnit: string;
  readonly location: string;
  readonly employee: string | null;
}

/** The conditions that leave only visible rows. */
export function visibleRows(columns: Restricted, visible: Visible): Condition[] {
  const conditions: Condition[] = [];
  if (visible.businessUnits !== null) conditions.push(oneOf(columns.businessUnit, visible.businessUnits));
  if (visible.locations !== null) conditions.push(oneOf(columns.location, visible.locations));
  if (visible.userGroups !== null && columns.employee !== null)
    conditions.push(inGroups(columns.employee, visible.userGroups));
  return conditions;
}

/** The condition that the employee with the id in `column` is in at least one of `groups`. */
export function inGroups(column: string, groups: ReadonlySet<string>): Condition {
  const one = oneOf('g.group_id', groups);
  return {
    sql: `EXISTS (SELECT 1 FROM employee_group AS g WHERE g.employee_id = ${column} AND ${one.sql})`,
    values: one.values,
  };
}

/**
 * The condition that `column` has one of `ids`: one text of SQL, however many there are. A single one is compared,
 * as then an index gives its rows in the order of a list.
 */
export function oneOf(column: string, ids: ReadonlySet<string>): Condition {
  const [first] = ids;
  return ids.size === 1 && first !== undefined
    ? { sql: `${column} = ?`, values: [first] }
    : { sql: `${column} IN (SELECT value FROM json_each(CAST(? AS TEXT)))`, values: [jsonOf(ids)] };
}

/** A policy's sets live as long as the policy, so each is written out once. */
const texts = new WeakMap<ReadonlySet<string>, string>();

function jsonOf(ids: ReadonlySet<string>): string {
  const known = texts.get(ids);
  if (known !== undefined) return known;
  const text = JSON.stringify([...ids]);
  texts.set(ids, text);
  return text;
}

/** Whether rows in this unit and at this location may be seen; the employee's groups apart. */
export const placeVisible = (visible: Visible, businessUnitId: string, locationId: string): boolean =>
  (visible.businessUnits?.has(businessUnitId) ?? true) && (visible.locations?.has(locationId) ?? true);
