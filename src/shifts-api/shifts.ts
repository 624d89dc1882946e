import { newId } from '../base/ids.ts';
import type { Schema } from '../db/schema.ts';
import { type ApiAnswer, about, created, invalidField, noContent, notThere, ok } from './answers.ts';
import { type Operation, withBody, withoutBody } from './operation.ts';
import { each, page } from './pages.ts';
import { findRow, placeOf, refuseEmployee, refusePlace } from './references.ts';
import { run, type Value } from './rows.ts';
import { listOf, newShift, paging, shift, shiftChange, shiftStatus } from './shapes.ts';
import { findTimed, timedFilters } from './timed-rows.ts';

type Row = Schema['shift'];

export const shiftTable = {
  name: 'shift',
  columns: '*',
  restricted: {
    businessUnit: 'shift.business_unit_id',
    location: 'shift.location_id',
    employee: 'shift.employee_id',
  },
};

const shown = (row: Row) => ({
  id: row.id,
  employeeId: row.employee_id,
  businessUnitId: row.business_unit_id,
  locationId: row.location_id,
  start: new Date(row.start_at).toISOString(),
  end: new Date(row.end_at).toISOString(),
  status: row.status,
  note: row.note,
});

const tag = 'shifts';

const unknown = (hidden: boolean): ApiAnswer => notThere('shift', hidden);

const listShifts = withoutBody(
  {
    operation: 'listShifts',
    method: 'GET',
    path: '/v1/shifts',
    tag,
    summary: 'Lists shifts by their start',
    status: 200,
    answer: listOf(shift),
  },
  { ...timedFilters, status: shiftStatus.optional(), ...paging },
  function* ({ query, visible }) {
    const find = findTimed<Row>({ name: 'shift', time: 'start_at' }, visible, query);
    return yield* page(find, { column: 'start_at' }, query, each(shown));
  },
);

const getShift = withoutBody(
  {
    operation: 'getShift',
    method: 'GET',
    path: '/v1/shifts/{id}',
    tag,
    summary: 'Gives one shift',
    status: 200,
    answer: shift,
  },
  {},
  function* ({ id, visible }) {
    const found = yield* findRow<Row>(shiftTable, id, visible);
    return about(found.places, found.row === null ? unknown(found.hidden) : ok(shown(found.row)));
  },
);

const createShift = withBody(
  {
    operation: 'createShift',
    method: 'POST',
    path: '/v1/shifts',
    tag,
    summary: 'Creates a shift',
    status: 201,
    answer: shift,
  },
  newShift,
  function* ({ body, visible, now }) {
    const row: Row = {
      id: newId(now),
      employee_id: body.employeeId,
      business_unit_id: body.businessUnitId,
      location_id: body.locationId,
      start_at: Date.parse(body.start),
      end_at: Date.parse(body.end),
      status: body.status,
      note: body.note,
    };
    const refusal =
      refuseTimes(row) ??
      (yield* refusePlace(visible, body.businessUnitId, body.locationId)) ??
      (yield* refuseEmployee(visible, body.employeeId));
    const places = [placeOf(row)];
    if (refusal !== null) return about(places, refusal);
    yield* run(
      `INSERT INTO shift (id, employee_id, business_unit_id, location_id, start_at, end_at, status, note)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [row.id, ...changeable(row)],
    );
    return about(places, created(shown(row), `/v1/shifts/${row.id}`));
  },
);

const updateShift = withBody(
  {
    operation: 'updateShift',
    method: 'PATCH',
    path: '/v1/shifts/{id}',
    tag,
    summary: 'Changes the given fields of a shift',
    status: 200,
    answer: shift,
  },
  shiftChange,
  function* ({ id, body, visible }) {
    const found = yield* findRow<Row>(shiftTable, id, visible);
    if (found.row === null) return about(found.places, unknown(found.hidden));
    const old = found.row;
    const row: Row = {
      id: old.id,
      employee_id: body.employeeId ?? old.employee_id,
      business_unit_id: body.businessUnitId ?? old.business_unit_id,
      location_id: body.locationId ?? old.location_id,
      start_at: body.start === undefined ? old.start_at : Date.parse(body.start),
      end_at: body.end === undefined ? old.end_at : Date.parse(body.end),
      status: body.status ?? old.status,
      note: body.note ?? old.note,
    };
    // Who stays the same is not looked up again: a borrowed employee's shift can be seen where they cannot.
    const refusal =
      refuseTimes(row) ??
      (yield* refusePlace(visible, body.businessUnitId, body.locationId)) ??
      (row.employee_id === old.employee_id ? null : yield* refuseEmployee(visible, row.employee_id));
    const places = [...found.places, placeOf(row)];
    if (refusal !== null) return about(places, refusal);
    yield* run(
      `UPDATE shift SET employee_id = ?, business_unit_id = ?, location_id = ?, start_at = ?, end_at = ?,
         status = ?, note = ? WHERE id = ?`,
      [...changeable(row), row.id],
    );
    return about(places, ok(shown(row)));
  },
);

const deleteShift = withoutBody(
  {
    operation: 'deleteShift',
    method: 'DELETE',
    path: '/v1/shifts/{id}',
    tag,
    summary: 'Deletes a shift; its attendance stays',
    status: 204,
    answer: null,
  },
  {},
  function* ({ id, visible }) {
    const found = yield* findRow<Row>(shiftTable, id, visible);
    if (found.row === null) return about(found.places, unknown(found.hidden));
    yield* run('DELETE FROM shift WHERE id = ?', [id]);
    return about(found.places, noContent);
  },
);

const changeable = (row: Row): Value[] => [
  row.employee_id,
  row.business_unit_id,
  row.location_id,
  row.start_at,
  row.end_at,
  row.status,
  row.note,
];

const refuseTimes = (row: Row): ApiAnswer | null =>
  row.end_at > row.start_at ? null : invalidField('end', 'must be later than start');

export const shiftOperations: readonly Operation[] = [
  listShifts,
  createShift,
  getShift,
  updateShift,
  deleteShift,
];
