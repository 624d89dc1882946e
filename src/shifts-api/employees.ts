import { newId } from '../base/ids.ts';
import type { Schema } from '../db/schema.ts';
import type { RowPlaces } from '../features/logs/record.ts';
import { type ApiAnswer, about, created, invalidField, notThere, ok } from './answers.ts';
import { type Operation, withBody, withoutBody } from './operation.ts';
import { findBy, page } from './pages.ts';
import { findRow, refuseGroups, refusePlace } from './references.ts';
import { oneOf, visibleRows } from './restrict.ts';
import { all, first, run, type Steps, where } from './rows.ts';
import { employee, employeeChange, employeeStatus, listOf, newEmployee, paging, rowId } from './shapes.ts';
import type { Visible } from './visible.ts';

type Row = Schema['employee'];

export const employeeTable = {
  name: 'employee',
  columns: '*',
  restricted: {
    businessUnit: 'employee.business_unit_id',
    location: 'employee.location_id',
    employee: 'employee.id',
  },
};

const tag = 'employees';

function* shownAll(visible: Visible, employees: readonly Row[]): Steps<unknown[]> {
  const groups = yield* visibleGroups(visible, employees);
  return employees.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    position: row.position,
    status: row.status,
    businessUnitId: row.business_unit_id,
    locationId: row.location_id,
    userGroupIds: (groups.get(row.id) ?? []).map((group) => group.groupId),
    createdAt: new Date(row.created_at).toISOString(),
  }));
}

function* shown(visible: Visible, row: Row): Steps<unknown> {
  return (yield* shownAll(visible, [row]))[0];
}

const unknown = (hidden: boolean): ApiAnswer => notThere('employee', hidden);

const listEmployees = withoutBody(
  {
    operation: 'listEmployees',
    method: 'GET',
    path: '/v1/employees',
    tag,
    summary: 'Lists employees in the order they were created',
    status: 200,
    answer: listOf(employee),
  },
  {
    businessUnitId: rowId.optional(),
    locationId: rowId.optional(),
    userGroupId: rowId.optional(),
    status: employeeStatus.optional(),
    ...paging,
  },
  function* ({ query, visible }) {
    const conditions = visibleRows(employeeTable.restricted, visible);
    const equal = {
      business_unit_id: query.businessUnitId,
      location_id: query.locationId,
      status: query.status,
    };
    for (const [column, value] of Object.entries(equal))
      if (value !== undefined) conditions.push({ sql: `${column} = ?`, values: [value] });
    if (query.userGroupId !== undefined) {
      // A hidden group has no visible members, not even those who are in a visible one too.
      const hidden = visible.userGroups?.has(query.userGroupId) === false;
      conditions.push({
        sql: hidden ? 'FALSE' : 'id IN (SELECT employee_id FROM employee_group WHERE group_id = ?)',
        values: hidden ? [] : [query.userGroupId],
      });
    }
    const select = 'SELECT *, NULL AS "sortKey" FROM employee';
    const find = findBy<Row & { sortKey: null }>(select, conditions);
    return yield* page(find, { column: null }, query, (found) => shownAll(visible, found));
  },
);

const getEmployee = withoutBody(
  {
    operation: 'getEmployee',
    method: 'GET',
    path: '/v1/employees/{id}',
    tag,
    summary: 'Gives one employee',
    status: 200,
    answer: employee,
  },
  {},
  function* ({ id, visible }) {
    const found = yield* findRow<Row>(employeeTable, id, visible);
    return about(
      found.places,
      found.row === null ? unknown(found.hidden) : ok(yield* shown(visible, found.row)),
    );
  },
);

const createEmployee = withBody(
  {
    operation: 'createEmployee',
    method: 'POST',
    path: '/v1/employees',
    tag,
    summary: 'Creates an employee',
    status: 201,
    answer: employee,
  },
  newEmployee,
  function* ({ body, visible, now }) {
    const refusal =
      (yield* refusePlace(visible, body.businessUnitId, body.locationId)) ??
      (yield* refuseGroups(visible, body.userGroupIds)) ??
      (yield* refuseEmail(body.email, null));
    const places = [[body.businessUnitId, body.locationId]] as const;
    if (refusal !== null) return about(places, refusal);
    const row: Row = {
      id: newId(now),
      name: body.name,
      email: body.email,
      position: body.position,
      status: body.status,
      business_unit_id: body.businessUnitId,
      location_id: body.locationId,
      created_at: now,
    };
    yield* run(
      `INSERT INTO employee (id, name, email, position, status, business_unit_id, location_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [row.id, row.name, row.email, row.position, row.status, row.business_unit_id, row.location_id, now],
    );
    yield* addGroups(row.id, body.userGroupIds);
    return about(places, created(yield* shown(visible, row), `/v1/employees/${row.id}`));
  },
);

const updateEmployee = withBody(
  {
    operation: 'updateEmployee',
    method: 'PATCH',
    path: '/v1/employees/{id}',
    tag,
    summary: 'Changes the given fields of an employee',
    status: 200,
    answer: employee,
  },
  employeeChange,
  function* ({ id, body, visible }) {
    const found = yield* findRow<Row>(employeeTable, id, visible);
    if (found.row === null) return about(found.places, unknown(found.hidden));
    const refusal =
      (yield* refusePlace(visible, body.businessUnitId, body.locationId)) ??
      (body.userGroupIds === undefined ? null : yield* refuseGroups(visible, body.userGroupIds)) ??
      (body.email === undefined ? null : yield* refuseEmail(body.email, id));
    const places: RowPlaces = [
      ...found.places,
      [body.businessUnitId ?? found.row.business_unit_id, body.locationId ?? found.row.location_id],
    ];
    if (refusal !== null) return about(places, refusal);
    const row: Row = {
      ...found.row,
      name: body.name ?? found.row.name,
      email: body.email ?? found.row.email,
      position: body.position ?? found.row.position,
      status: body.status ?? found.row.status,
      business_unit_id: body.businessUnitId ?? found.row.business_unit_id,
      location_id: body.locationId ?? found.row.location_id,
    };
    yield* run(
      `UPDATE employee SET name = ?, email = ?, position = ?, status = ?, business_unit_id = ?, location_id = ?
       WHERE id = ?`,
      [row.name, row.email, row.position, row.status, row.business_unit_id, row.location_id, id],
    );
    if (body.userGroupIds !== undefined) {
      for (const { groupId } of (yield* visibleGroups(visible, [row])).get(id) ?? [])
        yield* run('DELETE FROM employee_group WHERE employee_id = ? AND group_id = ?', [id, groupId]);
      yield* addGroups(id, body.userGroupIds);
    }
    return about(places, ok(yield* shown(visible, row)));
  },
);

/** The groups of these employees that `visible` shows, by employee: one query for a whole page. */
function* visibleGroups(
  visible: Visible,
  employees: readonly Row[],
): Steps<Map<string, { employeeId: string; groupId: string }[]>> {
  const filter = where([
    oneOf('employee_id', new Set(employees.map((row) => row.id))),
    ...(visible.userGroups === null ? [] : [oneOf('group_id', visible.userGroups)]),
  ]);
  const found = yield* all<{ employeeId: string; groupId: string }>(
    `SELECT employee_id AS "employeeId", group_id AS "groupId" FROM employee_group${filter.sql} ORDER BY group_id`,
    filter.values,
  );
  return Map.groupBy(found, (row) => row.employeeId);
}

function* addGroups(employeeId: string, groupIds: readonly string[]): Steps<void> {
  for (const group of new Set(groupIds))
    yield* run('INSERT INTO employee_group (employee_id, group_id) VALUES (?, ?)', [employeeId, group]);
}

function* refuseEmail(email: string, except: string | null): Steps<ApiAnswer | null> {
  const taken = yield* first<{ id: string }>('SELECT id FROM employee WHERE lower(email) = lower(?)', [
    email,
  ]);
  return taken === undefined || taken.id === except ? null : invalidField('email', 'is already in use');
}

export const employeeOperations: readonly Operation[] = [
  listEmployees,
  createEmployee,
  getEmployee,
  updateEmployee,
];
