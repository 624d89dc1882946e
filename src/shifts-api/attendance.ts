import { newId } from '../base/ids.ts';
import type { Schema } from '../db/schema.ts';
import { type ApiAnswer, about, created, invalidField } from './answers.ts';
import { type Operation, withBody, withoutBody } from './operation.ts';
import { each, page } from './pages.ts';
import { findRow, refuseEmployee, refusePlace } from './references.ts';
import { first, run, type Steps } from './rows.ts';
import { attendance, listOf, newAttendance, paging } from './shapes.ts';
import { shiftTable } from './shifts.ts';
import { findTimed, timedFilters } from './timed-rows.ts';
import type { Visible } from './visible.ts';

type Row = Schema['attendance'];

export const attendanceColumns = {
  businessUnit: 'attendance.business_unit_id',
  location: 'attendance.location_id',
  employee: 'attendance.employee_id',
};

const shown = (row: Row) => ({
  id: row.id,
  shiftId: row.shift_id,
  employeeId: row.employee_id,
  businessUnitId: row.business_unit_id,
  locationId: row.location_id,
  clockIn: new Date(row.clock_in_at).toISOString(),
  clockOut: row.clock_out_at === null ? null : new Date(row.clock_out_at).toISOString(),
});

const tag = 'attendance';

const listAttendance = withoutBody(
  {
    operation: 'listAttendance',
    method: 'GET',
    path: '/v1/attendance',
    tag,
    summary: 'Lists attendance by clock-in',
    status: 200,
    answer: listOf(attendance),
  },
  { ...timedFilters, ...paging },
  function* ({ query, visible }) {
    const find = findTimed<Row>({ name: 'attendance', time: 'clock_in_at' }, visible, query);
    return yield* page(find, { column: 'clock_in_at' }, query, each(shown));
  },
);

const createAttendance = withBody(
  {
    operation: 'createAttendance',
    method: 'POST',
    path: '/v1/attendance',
    tag,
    summary: 'Records when an employee clocked in and out',
    status: 201,
    answer: attendance,
  },
  newAttendance,
  function* ({ body, visible, now }) {
    const clockIn = Date.parse(body.clockIn);
    const clockOut = body.clockOut === undefined ? null : Date.parse(body.clockOut);
    if (clockOut !== null && clockOut <= clockIn)
      return invalidField('clockOut', 'must be later than clockIn');
    const employeeRefusal = yield* refuseEmployee(visible, body.employeeId);
    if (employeeRefusal !== null) return employeeRefusal;
    const base = yield* placeOf(visible, body.shiftId, body.employeeId);
    if ('reason' in base) return base;
    const businessUnitId = body.businessUnitId ?? base.business_unit_id;
    const locationId = body.locationId ?? base.location_id;
    const refusal = yield* refusePlace(visible, businessUnitId, locationId);
    const places = [[businessUnitId, locationId]] as const;
    if (refusal !== null) return about(places, refusal);
    const row: Row = {
      id: newId(now),
      shift_id: body.shiftId ?? null,
      employee_id: body.employeeId,
      business_unit_id: businessUnitId,
      location_id: locationId,
      clock_in_at: clockIn,
      clock_out_at: clockOut,
    };
    yield* run(
      `INSERT INTO attendance
         (id, shift_id, employee_id, business_unit_id, location_id, clock_in_at, clock_out_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [row.id, row.shift_id, row.employee_id, businessUnitId, locationId, clockIn, clockOut],
    );
    return about(places, created(shown(row)));
  },
);

/** The shift, or without one the employee, whose unit and location are the default. */
function* placeOf(
  visible: Visible,
  shiftId: string | undefined,
  employeeId: string,
): Steps<{ business_unit_id: string; location_id: string } | ApiAnswer> {
  if (shiftId === undefined) {
    const employee = yield* first<Schema['employee']>('SELECT * FROM employee WHERE id = ?', [employeeId]);
    return employee ?? invalidField('employeeId', 'there is no such employee');
  }
  const found = yield* findRow<Schema['shift']>(shiftTable, shiftId, visible);
  if (found.row === null) return invalidField('shiftId', 'there is no such shift');
  if (found.row.employee_id !== employeeId)
    return invalidField('shiftId', 'is the shift of another employee');
  return found.row;
}

export const attendanceOperations: readonly Operation[] = [listAttendance, createAttendance];
