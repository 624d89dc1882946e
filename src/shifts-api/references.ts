import type { RowPlaces } from '../features/logs/record.ts';
import { type ApiAnswer, type FieldError, invalid, invalidField, outside } from './answers.ts';
import { inGroups, placeVisible, visibleRows } from './restrict.ts';
import { first, type Steps, where } from './rows.ts';
import type { Visible } from './visible.ts';

/** The refusal of a row to be written in this unit and at this location, or null if it may. */
export function* refusePlace(
  visible: Visible,
  businessUnitId: string | undefined,
  locationId: string | undefined,
): Steps<ApiAnswer | null> {
  // A hidden id is refused before it is looked up: whether it exists is not told.
  if (businessUnitId !== undefined && visible.businessUnits?.has(businessUnitId) === false)
    return outside("The business unit is outside this token's restrictions.");
  if (locationId !== undefined && visible.locations?.has(locationId) === false)
    return outside("The location is outside this token's restrictions.");
  const errors: FieldError[] = [];
  if (businessUnitId !== undefined && !(yield* exists('business_unit', businessUnitId)))
    errors.push({ field: 'businessUnitId', detail: 'there is no such business unit' });
  if (locationId !== undefined && !(yield* exists('location', locationId)))
    errors.push({ field: 'locationId', detail: 'there is no such location' });
  return errors.length === 0 ? null : invalid(errors);
}

/**
 * The refusal of a row to be written for this employee, or null. One in a hidden unit or at a hidden location
 * is unknown to this token; one it could see but for the groups is outside its restrictions.
 */
export function* refuseEmployee(visible: Visible, employeeId: string): Steps<ApiAnswer | null> {
  const place = yield* first<{ businessUnitId: string; locationId: string }>(
    'SELECT business_unit_id AS "businessUnitId", location_id AS "locationId" FROM employee WHERE id = ?',
    [employeeId],
  );
  if (place === undefined || !placeVisible(visible, place.businessUnitId, place.locationId))
    return invalidField('employeeId', 'there is no such employee');
  if (visible.userGroups === null) return null;
  const member = inGroups('e.id', visible.userGroups);
  const found = yield* first(`SELECT 1 FROM employee AS e WHERE e.id = ? AND ${member.sql}`, [
    employeeId,
    ...member.values,
  ]);
  return found === undefined ? outside("The employee is outside this token's user groups.") : null;
}

/** The refusal of these groups for an employee, or null. Hidden ones are outside, unknown ones an error. */
export function* refuseGroups(visible: Visible, groupIds: readonly string[]): Steps<ApiAnswer | null> {
  const groups = visible.userGroups;
  if (groups !== null && groupIds.some((id) => !groups.has(id)))
    return outside("A user group is outside this token's restrictions.");
  const errors: FieldError[] = [];
  for (const [index, id] of groupIds.entries())
    if (!(yield* exists('user_group', id)))
      errors.push({ field: `userGroupIds.${index}`, detail: 'there is no such user group' });
  if (errors.length > 0) return invalid(errors);
  if (groups !== null && groupIds.length === 0)
    return outside("The employee would be in none of this token's user groups.");
  return null;
}

/** `places`: where the row lies, also of a hidden one; none where there is none. */
export type Found<R> = { readonly places: RowPlaces } & (
  | { readonly row: R }
  | { readonly row: null; readonly hidden: boolean }
);

/** The row with this id, where it is visible; else whether it is hidden or not there at all. */
export function* findRow<R extends { business_unit_id: string; location_id: string }>(
  table: { name: string; columns: string; restricted: Parameters<typeof visibleRows>[0] },
  id: string,
  visible: Visible,
): Steps<Found<R>> {
  const row = yield* first<R>(`SELECT ${table.columns} FROM ${table.name} WHERE id = ?`, [id]);
  if (row === undefined) return { row: null, hidden: false, places: [] };
  const places = [placeOf(row)];
  const conditions = visibleRows(table.restricted, visible);
  if (conditions.length === 0) return { row, places };
  const filter = where([{ sql: 'id = ?', values: [id] }, ...conditions]);
  const seen = yield* first(`SELECT 1 FROM ${table.name}${filter.sql}`, filter.values);
  return seen === undefined ? { row: null, hidden: true, places } : { row, places };
}

/** Where a row lies, as the log has it. */
export const placeOf = (row: { business_unit_id: string; location_id: string }): RowPlaces[number] => [
  row.business_unit_id,
  row.location_id,
];

function* exists(table: 'business_unit' | 'location' | 'user_group', id: string): Steps<boolean> {
  return (yield* first(`SELECT 1 FROM ${table} WHERE id = ?`, [id])) !== undefined;
}
