import { z } from 'zod';

/**
 * What goes over the wire of the Shifts API. The same schemas validate the requests and become the OpenAPI
 * document (document.ts), so neither can say more than the other.
 */
export const rowId = z.uuid('must be a UUID').toLowerCase();

const INSTANT = 'must be an ISO 8601 instant with a zone, as 2026-11-24T08:00:00Z (in a query, + is %2B)';
export const instant = z.iso.datetime({ offset: true, error: INSTANT });

const nameText = z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters');
const note = z.string().max(500, 'must have at most 500 characters');
const email = z.email('must be an e-mail address').max(200).toLowerCase();
const groupIds = z.array(rowId).max(50, 'must have at most 50 entries');

export const shiftStatus = z.enum(['draft', 'published', 'completed', 'cancelled']);
export const employeeStatus = z.enum(['active', 'inactive']);
const reportKind = z.enum(['hours', 'attendance', 'headcount']);

export const shift = z
  .strictObject({
    id: rowId,
    employeeId: rowId,
    businessUnitId: rowId,
    locationId: rowId,
    start: instant,
    end: instant,
    status: shiftStatus,
    note: z.string(),
  })
  .meta({ id: 'Shift' });

export const newShift = z
  .strictObject({
    employeeId: rowId,
    businessUnitId: rowId,
    locationId: rowId,
    start: instant,
    end: instant.describe('later than start'),
    status: shiftStatus.default('draft'),
    note: note.default(''),
  })
  .meta({ id: 'NewShift' });

export const shiftChange = someOf(
  z.strictObject({
    employeeId: rowId.optional(),
    businessUnitId: rowId.optional(),
    locationId: rowId.optional(),
    start: instant.optional(),
    end: instant.optional(),
    status: shiftStatus.optional(),
    note: note.optional(),
  }),
).meta({ id: 'ShiftChange', minProperties: 1 });

export const employee = z
  .strictObject({
    id: rowId,
    name: z.string(),
    email: z.string(),
    position: z.string(),
    status: employeeStatus,
    businessUnitId: rowId,
    locationId: rowId,
    userGroupIds: z.array(rowId).describe('the groups that this token may see'),
    createdAt: instant,
  })
  .meta({ id: 'Employee' });

export const newEmployee = z
  .strictObject({
    name: nameText,
    email,
    position: nameText,
    status: employeeStatus.default('active'),
    businessUnitId: rowId,
    locationId: rowId,
    userGroupIds: groupIds.default([]),
  })
  .meta({ id: 'NewEmployee' });

export const employeeChange = someOf(
  z.strictObject({
    name: nameText.optional(),
    email: email.optional(),
    position: nameText.optional(),
    status: employeeStatus.optional(),
    businessUnitId: rowId.optional(),
    locationId: rowId.optional(),
    userGroupIds: groupIds.optional().describe('replaces the groups that this token may see, and no others'),
  }),
).meta({ id: 'EmployeeChange', minProperties: 1 });

export const attendance = z
  .strictObject({
    id: rowId,
    shiftId: rowId.nullable(),
    employeeId: rowId,
    businessUnitId: rowId,
    locationId: rowId,
    clockIn: instant,
    clockOut: instant.nullable(),
  })
  .meta({ id: 'Attendance' });

export const newAttendance = z
  .strictObject({
    employeeId: rowId,
    shiftId: rowId.optional().describe("a shift of this employee's"),
    businessUnitId: rowId.optional().describe("left out: the shift's, else the employee's"),
    locationId: rowId.optional().describe("left out: the shift's, else the employee's"),
    clockIn: instant,
    clockOut: instant.optional().describe('later than clockIn'),
  })
  .meta({ id: 'NewAttendance' });

export const report = z
  .strictObject({
    id: rowId,
    kind: reportKind,
    from: instant,
    to: instant,
    businessUnitId: rowId.nullable(),
    locationId: rowId.nullable(),
    createdAt: instant,
    rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  })
  .meta({ id: 'Report' });

export const newReport = z
  .strictObject({
    kind: reportKind.describe(
      'hours: planned time by employee; attendance: shifts and time worked by employee; headcount: active employees by unit and location',
    ),
    from: instant,
    to: instant.describe('later than from, by at most 366 days'),
    businessUnitId: rowId.optional(),
    locationId: rowId.optional(),
  })
  .meta({ id: 'NewReport' });

export const notification = z
  .strictObject({
    id: rowId,
    title: z.string(),
    body: z.string(),
    businessUnitId: rowId,
    locationId: rowId,
    sentAt: instant,
    recipients: z.int().min(0).describe('how many active employees it reached, of those this token may see'),
  })
  .meta({ id: 'Notification' });

export const newNotification = z
  .strictObject({
    title: nameText,
    body: z.string().trim().min(1, 'must not be empty').max(2_000, 'must have at most 2000 characters'),
    businessUnitId: rowId,
    locationId: rowId,
  })
  .meta({ id: 'NewNotification' });

export const place = z.strictObject({ id: rowId, name: z.string() }).meta({ id: 'Place' });

export const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** A page's parameters, in every list. Query values are texts, so the limit is one here. */
export const paging = {
  limit: z
    .string()
    .refine(
      (text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_LIMIT,
      `must be a whole number from 1 to ${MAX_LIMIT}`,
    )
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT })
    .optional(),
  cursor: z.string().max(500).describe('nextCursor of the page before').optional(),
};

export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

function someOf<T extends z.ZodObject>(schema: T): T {
  return schema.refine((value) => Object.keys(value).length > 0, 'must change at least one field') as T;
}
