import { DAY } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import type { Schema } from '../db/schema.ts';
import { type ApiAnswer, about, created, invalidField, notThere, ok } from './answers.ts';
import { attendanceColumns } from './attendance.ts';
import { employeeTable } from './employees.ts';
import { type Operation, withLongRead, withoutBody } from './operation.ts';
import { refusePlace } from './references.ts';
import { visibleRows } from './restrict.ts';
import { all, type Condition, first, run, type Steps, where } from './rows.ts';
import { newReport, report } from './shapes.ts';
import { shiftTable } from './shifts.ts';
import type { Visible } from './visible.ts';

type Row = Schema['report'];
type Kind = Row['kind'];

const MAX_SPAN = 366 * DAY;
const tag = 'reports';

const shown = (row: Omit<Row, 'covers'>) => ({
  id: row.id,
  kind: row.kind,
  from: new Date(row.from_at).toISOString(),
  to: new Date(row.to_at).toISOString(),
  businessUnitId: row.business_unit_id,
  locationId: row.location_id,
  createdAt: new Date(row.created_at).toISOString(),
  rows: JSON.parse(row.result),
});

const createReport = withLongRead(
  {
    operation: 'createReport',
    method: 'POST',
    path: '/v1/reports',
    tag,
    summary: 'Generates a report over what this token may see',
    status: 201,
    answer: report,
  },
  newReport,
  function* ({ body, visible, now }) {
    const from = Date.parse(body.from);
    const to = Date.parse(body.to);
    const refusedPlace = () => refusePlace(visible, body.businessUnitId, body.locationId);
    const refusal = refuseSpan(from, to) ?? (yield* refusedPlace());
    const places = [[body.businessUnitId ?? null, body.locationId ?? null]] as const;
    if (refusal !== null) return about(places, refusal);
    const covers: Visible = {
      businessUnits:
        body.businessUnitId === undefined ? visible.businessUnits : new Set([body.businessUnitId]),
      locations: body.locationId === undefined ? visible.locations : new Set([body.locationId]),
      userGroups: visible.userGroups,
    };
    const row = {
      id: newId(now),
      kind: body.kind,
      from_at: from,
      to_at: to,
      business_unit_id: body.businessUnitId ?? null,
      location_id: body.locationId ?? null,
      created_at: now,
      result: JSON.stringify(yield* compute(body.kind, from, to, covers)),
    };
    return function* () {
      // The place may have gone meanwhile.
      const gone = yield* refusedPlace();
      if (gone !== null) return about(places, gone);
      yield* run(
        `INSERT INTO report
           (id, kind, from_at, to_at, business_unit_id, location_id, created_at, result, covers)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          row.id,
          row.kind,
          from,
          to,
          row.business_unit_id,
          row.location_id,
          now,
          row.result,
          JSON.stringify({
            businessUnits: listed(covers.businessUnits),
            locations: listed(covers.locations),
            userGroups: listed(covers.userGroups),
          }),
        ],
      );
      return about(places, created(shown(row), `/v1/reports/${row.id}`));
    };
  },
);

const getReport = withoutBody(
  {
    operation: 'getReport',
    method: 'GET',
    path: '/v1/reports/{id}',
    tag,
    summary: 'Gives one report, as it was generated',
    status: 200,
    answer: report,
  },
  {},
  function* ({ id, visible }) {
    const row = yield* first<Row & { covers: string }>('SELECT * FROM report WHERE id = ?', [id]);
    if (row === undefined) return notThere('report', false);
    return coversNoMore(JSON.parse(row.covers), visible) ? ok(shown(row)) : notThere('report', true);
  },
);

/** The rows of a report over everything in `covers`; in minutes, over what starts in [from, to). */
function* compute(kind: Kind, from: number, to: number, covers: Visible): Steps<unknown[]> {
  const during = (column: string): Condition => ({
    sql: `${column} >= ? AND ${column} < ?`,
    values: [from, to],
  });
  if (kind === 'headcount') {
    const filter = where([
      { sql: "status = 'active'", values: [] },
      { sql: 'created_at < ?', values: [to] },
      ...visibleRows(employeeTable.restricted, covers),
    ]);
    return yield* all(
      `SELECT business_unit_id AS "businessUnitId", location_id AS "locationId", count(*) AS employees
       FROM employee${filter.sql} GROUP BY business_unit_id, location_id ORDER BY business_unit_id, location_id`,
      filter.values,
    );
  }
  const planned = where([
    { sql: "status <> 'cancelled'", values: [] },
    during('start_at'),
    ...visibleRows(shiftTable.restricted, covers),
  ]);
  const hours = `SELECT employee_id AS "employeeId", count(*) AS shifts,
                   CAST(sum(end_at - start_at) AS BIGINT) / 60000 AS "plannedMinutes"
                 FROM shift${planned.sql} GROUP BY employee_id ORDER BY employee_id`;
  if (kind === 'hours') return yield* all(hours, planned.values);
  const present = where([during('clock_in_at'), ...visibleRows(attendanceColumns, covers)]);
  return yield* all(
    `WITH planned AS (${hours}),
          present AS (SELECT employee_id AS "employeeId", count(*) AS attended,
                        CAST(coalesce(sum(clock_out_at - clock_in_at), 0) AS BIGINT) / 60000 AS "workedMinutes"
                      FROM attendance${present.sql} GROUP BY employee_id)
     SELECT "employeeId" AS "employeeId", coalesce(shifts, 0) AS shifts, coalesce("plannedMinutes", 0) AS "plannedMinutes",
            coalesce(attended, 0) AS attended, coalesce("workedMinutes", 0) AS "workedMinutes"
     FROM planned FULL JOIN present USING ("employeeId") ORDER BY "employeeId"`,
    [...planned.values, ...present.values],
  );
}

interface Covered {
  businessUnits: string[] | null;
  locations: string[] | null;
  userGroups: string[] | null;
}

/** Whether a report over `covered` has no row that `visible` leaves out: in each kind, a part of it. */
function coversNoMore(covered: Covered, visible: Visible): boolean {
  const within = (ids: string[] | null, seen: ReadonlySet<string> | null) =>
    seen === null || (ids?.every((id) => seen.has(id)) ?? false);
  return (
    within(covered.businessUnits, visible.businessUnits) &&
    within(covered.locations, visible.locations) &&
    within(covered.userGroups, visible.userGroups)
  );
}

const listed = (ids: ReadonlySet<string> | null): string[] | null => (ids === null ? null : [...ids]);

function refuseSpan(from: number, to: number): ApiAnswer | null {
  if (to <= from) return invalidField('to', 'must be later than from');
  return to - from > MAX_SPAN ? invalidField('to', 'must be at most 366 days after from') : null;
}

export const reportOperations: readonly Operation[] = [createReport, getReport];
