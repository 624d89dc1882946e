import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, apiOn, makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { newId } from '../base/ids.ts';
import { openSqlite } from '../db/open.ts';
import { createShiftsApi } from './api.ts';
import { everything } from './visible.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const id = () => newId(NOW);
const [unitA, unitB, here, there, nurses, cooks] = [id(), id(), id(), id(), id(), id()];
const missing = id();

let held: ShiftsFile;
let ask: ReturnType<typeof apiOn>;
let ada: string;
let bo: string;

const get = <T>(operation: string, asked: Asked = {}): T => ask(operation, asked).value as T;
interface Row {
  id: string;
  [field: string]: unknown;
}
interface Page {
  items: Row[];
  nextCursor: string | null;
}

const employee = (email: string, more: object = {}) => ({
  name: 'Ada Smit',
  email,
  position: 'Nurse',
  businessUnitId: unitA,
  locationId: here,
  userGroupIds: [nurses],
  ...more,
});
const shift = (more: object = {}): object => ({
  employeeId: ada,
  businessUnitId: unitA,
  locationId: here,
  start: '2026-11-25T08:00:00+01:00',
  end: '2026-11-25T16:00:00+01:00',
  ...more,
});

beforeAll(async () => {
  held = await makeShiftsFile();
  ask = apiOn(held.file, NOW);
  const places = (ids: string[]) => ids.map((one) => ({ id: one, name: one }));
  await held.db
    .insertInto('business_unit')
    .values(places([unitA, unitB]))
    .execute();
  await held.db
    .insertInto('location')
    .values(places([here, there]))
    .execute();
  await held.db
    .insertInto('user_group')
    .values(places([nurses, cooks]))
    .execute();
  ada = get<Row>('createEmployee', { json: employee('ada@example.test') }).id;
  bo = get<Row>('createEmployee', {
    json: employee('bo@example.test', { businessUnitId: unitB, locationId: there, userGroupIds: [cooks] }),
  }).id;
});
afterAll(() => held.remove());

test('a shift is created, read, changed, listed and deleted', () => {
  const made = ask('createShift', { json: shift() });
  expect(made).toMatchObject({ status: 201, reason: null });
  const row = made.value as Row;
  expect(made.headers).toEqual({ Location: `/v1/shifts/${row.id}` });
  expect(row).toEqual({
    id: row.id,
    employeeId: ada,
    businessUnitId: unitA,
    locationId: here,
    start: '2026-11-25T07:00:00.000Z',
    end: '2026-11-25T15:00:00.000Z',
    status: 'draft',
    note: '',
  });
  expect(get('getShift', { id: row.id })).toEqual(row);
  expect(get('getShift', { id: row.id.toUpperCase() })).toEqual(row);
  const changed = ask('updateShift', { id: row.id, json: { status: 'published', note: 'Swapped' } });
  expect(changed).toMatchObject({ status: 200, value: { ...row, status: 'published', note: 'Swapped' } });
  expect(get<Page>('listShifts', { query: `employeeId=${ada}&status=published` }).items).toHaveLength(1);
  expect(ask('deleteShift', { id: row.id })).toMatchObject({ status: 204, body: null, reason: null });
  expect(ask('getShift', { id: row.id })).toMatchObject({ status: 404, reason: 'resource.unknown' });
  expect(ask('deleteShift', { id: row.id })).toMatchObject({ status: 404, reason: 'resource.unknown' });
});

test('an id that is no UUID is a resource that does not exist', () => {
  expect(ask('getShift', { id: "' OR 1=1" })).toMatchObject({ status: 404, reason: 'resource.unknown' });
});

describe('a request that is not valid is answered 400 with the field', () => {
  const invalid = (operation: string, asked: Asked): Record<string, string> => {
    const answer = ask(operation, asked);
    expect(answer).toMatchObject({ status: 400, reason: 'request.invalid' });
    return Object.fromEntries((answer.errors ?? []).map((error) => [error.field, error.detail]));
  };

  test('every missing and every unknown field of a body is named', () => {
    expect(invalid('createShift', { json: { colour: 'green', start: 5 } })).toEqual({
      employeeId: 'is required',
      businessUnitId: 'is required',
      locationId: 'is required',
      start: 'must be a string',
      end: 'is required',
      colour: 'is not a known field',
    });
  });

  test.each([
    ['createShift', () => shift({ end: '2026-11-25T08:00:00+01:00' }), 'end'],
    ['createShift', () => shift({ start: '2026-11-25T08:00:00' }), 'start'],
    ['createShift', () => shift({ start: '2026-02-30T08:00:00Z' }), 'start'],
    ['createShift', () => shift({ employeeId: missing }), 'employeeId'],
    ['createShift', () => shift({ employeeId: '7' }), 'employeeId'],
    ['createShift', () => shift({ businessUnitId: missing }), 'businessUnitId'],
    ['createShift', () => shift({ locationId: missing }), 'locationId'],
    ['createShift', () => shift({ status: 'gone' }), 'status'],
    ['createShift', () => shift({ note: 'x'.repeat(501) }), 'note'],
    ['createShift', () => [shift()], 'body'],
    ['createShift', (): null => null, 'body'],
    ['createEmployee', () => employee('ada@example.test'), 'email'],
    ['createEmployee', () => employee('ADA@example.test'), 'email'],
    ['createEmployee', () => employee('nobody'), 'email'],
    ['createEmployee', () => employee('c@example.test', { name: '  ' }), 'name'],
    [
      'createEmployee',
      () => employee('c@example.test', { userGroupIds: [nurses, missing] }),
      'userGroupIds.1',
    ],
    ['createEmployee', () => employee('c@example.test', { locationId: missing }), 'locationId'],
    ['createAttendance', () => ({ employeeId: missing, clockIn: '2026-11-24T08:00:00Z' }), 'employeeId'],
    ['createAttendance', () => ({ employeeId: ada, clockIn: 'now' }), 'clockIn'],
    [
      'createAttendance',
      () => ({ employeeId: ada, shiftId: missing, clockIn: '2026-11-24T08:00:00Z' }),
      'shiftId',
    ],
    [
      'createAttendance',
      () => ({ employeeId: ada, clockIn: '2026-11-24T08:00:00Z', clockOut: '2026-11-24T07:00:00Z' }),
      'clockOut',
    ],
    ['createReport', () => ({ kind: 'x', from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z' }), 'kind'],
    [
      'createReport',
      () => ({ kind: 'hours', from: '2026-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }),
      'to',
    ],
    [
      'createReport',
      () => ({ kind: 'hours', from: '2020-11-02T00:00:00Z', to: '2026-11-01T00:00:00Z' }),
      'to',
    ],
    ['sendNotification', () => ({ title: '', body: 'b', businessUnitId: unitA, locationId: here }), 'title'],
    [
      'sendNotification',
      () => ({ title: 't', body: 'b', businessUnitId: missing, locationId: here }),
      'businessUnitId',
    ],
  ] as [string, () => unknown, string][])('%s (case %#)', (operation, json, field) => {
    expect(Object.keys(invalid(operation, { json: json() }))).toEqual([field]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=6', 'limit'],
    ['cursor=x', 'cursor'],
    [`cursor=${Buffer.from('["a",1]').toString('base64url')}`, 'cursor'],
    ['from=2026-11-24', 'from'],
    ['from=2026-11-24T08:00:00+01:00', 'from'],
    ['status=gone', 'status'],
    ['employeeId=7', 'employeeId'],
    ['page=2', 'page'],
    ['__proto__=2', '__proto__'],
  ])('listShifts?%s', (query, field) => {
    expect(Object.keys(invalid('listShifts', { query }))).toEqual([field]);
  });

  test('every list and every other operation refuses an unknown query parameter', () => {
    const all = ['listShifts', 'listEmployees', 'listAttendance', 'listNotifications', 'listBusinessUnits'];
    for (const operation of [
      ...all,
      'listLocations',
      'listUserGroups',
      'getShift',
      'getReport',
      'getOpenApi',
    ])
      expect(invalid(operation, { query: 'nope=1' })).toEqual({ nope: 'is not a known parameter' });
    expect(invalid('createShift', { query: 'nope=1', json: shift() })).toHaveProperty('nope');
  });

  test('another content type, another charset, bytes that are not UTF-8, and what is not JSON', () => {
    const json = shift();
    for (const contentType of [null, 'text/plain', 'application/json; charset=latin1', 'application/jsonp'])
      expect(Object.keys(invalid('createShift', { json, contentType }))).toEqual(['content-type']);
    expect(invalid('createShift', { bytes: Buffer.from('{"a":') })).toEqual({ body: 'is not valid JSON' });
    expect(invalid('createShift', { bytes: Buffer.from([0x22, 0xff, 0x22]) })).toEqual({
      body: 'is not UTF-8',
    });
    expect(invalid('createShift', {})).toEqual({ body: 'is not valid JSON' });
    const accepted = ask('createShift', { json, contentType: 'Application/JSON; charset="UTF-8"' });
    expect(accepted.status).toBe(201);
  });

  test('a change of nothing', () => {
    const made = get<Row>('createShift', { json: shift() });
    expect(invalid('updateShift', { id: made.id, json: {} })).toHaveProperty('body');
    expect(invalid('updateShift', { id: made.id, json: { end: '2026-11-25T01:00:00Z' } })).toHaveProperty(
      'end',
    );
    expect(invalid('updateShift', { id: made.id, json: { id: missing } })).toHaveProperty('id');
  });
});

test('pages by key give every row once, also when rows come and go in between', () => {
  const rows = Array.from({ length: 7 }, (_, n) =>
    get<Row>('createShift', {
      json: shift({ start: `2027-01-0${(n % 3) + 1}T08:00:00Z`, end: '2027-01-09T00:00:00Z' }),
    }),
  );
  const seen: Row[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `from=2027-01-01T00:00:00Z&limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: Page = get<Page>('listShifts', { query });
    seen.push(...page.items);
    if (cursor === null) ask('deleteShift', { id: page.items[0]?.id ?? '' });
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.map((row) => row.id).sort()).toEqual(rows.map((row) => row.id).sort());
  expect(seen.map((row) => row.start)).toEqual(seen.map((row) => row.start).sort());
});

test('a report holds what its kind says, computed from the rows', () => {
  const start = '2028-03-01T08:00:00Z';
  const worked = get<Row>('createShift', { json: shift({ start, end: '2028-03-01T16:00:00Z' }) });
  ask('createShift', { json: shift({ start, end: '2028-03-01T09:00:00Z', status: 'cancelled' }) });
  const clock = { employeeId: ada, shiftId: worked.id, clockIn: start, clockOut: '2028-03-01T15:30:00Z' };
  expect(ask('createAttendance', { json: clock }).status).toBe(201);
  const span = { from: '2028-03-01T00:00:00Z', to: '2028-03-02T00:00:00Z' };
  const made = ask('createReport', { json: { kind: 'attendance', ...span } });
  expect(made.status).toBe(201);
  const report = made.value as Row;
  expect(report.rows).toEqual([
    { employeeId: ada, shifts: 1, plannedMinutes: 480, attended: 1, workedMinutes: 450 },
  ]);
  expect(made.headers).toEqual({ Location: `/v1/reports/${report.id}` });
  expect(get('getReport', { id: report.id })).toEqual(report);
  const hours = get<Row>('createReport', { json: { kind: 'hours', ...span } });
  expect(hours.rows).toEqual([{ employeeId: ada, shifts: 1, plannedMinutes: 480 }]);
  const headcount = get<Row>('createReport', { json: { kind: 'headcount', ...span, locationId: there } });
  expect(headcount.rows).toEqual([{ businessUnitId: unitB, locationId: there, employees: 1 }]);
});

describe('a report', () => {
  const request = (json: object) => ({
    operation: 'createReport',
    params: {},
    query: new URLSearchParams(),
    body: Buffer.from(JSON.stringify(json)),
    contentType: 'application/json',
    visible: everything,
    now: NOW,
  });
  const day = { from: '2030-05-01T00:00:00Z', to: '2030-05-02T00:00:00Z' };

  test('is computed while another process writes, of what was there before', () => {
    const other = openSqlite(held.path);
    other.exec('BEGIN IMMEDIATE');
    const json = shift({ start: '2030-05-01T08:00:00Z', end: '2030-05-01T09:00:00Z' });
    const begun = createShiftsApi(held.file).begin(request({ kind: 'hours', ...day }));
    if (typeof begun !== 'function') throw new Error('it was answered before anything was written');
    other.exec('ROLLBACK');
    other.close();
    ask('createShift', { json });
    const { status, body } = begun();
    expect(status).toBe(201);
    const made = JSON.parse(body ?? '') as Row;
    expect(made.rows).toEqual([]);
    expect(get('getReport', { id: made.id })).toEqual(made);
  });

  test('of a place that went while it was computed is refused like one of a place that never was', async () => {
    const gone = id();
    await held.db.insertInto('location').values({ id: gone, name: 'Gone' }).execute();
    const begun = createShiftsApi(held.file).begin(request({ kind: 'hours', ...day, locationId: gone }));
    await held.db.deleteFrom('location').where('id', '=', gone).execute();
    expect(typeof begun === 'function' && begun()).toMatchObject({
      status: 400,
      errors: [{ field: 'locationId' }],
    });
  });
});

test('a report over more than a token sees is not there for it', () => {
  const span = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };
  const wide = get<Row>('createReport', { json: { kind: 'hours', ...span } });
  const narrow = get<Row>('createReport', { json: { kind: 'hours', ...span, businessUnitId: unitA } });
  const visible = { ...everything, businessUnits: new Set([unitA]) };
  const asUnit = ask('getReport', { id: wide.id, visible });
  const nowhere = ask('getReport', { id: missing, visible });
  expect(asUnit.reason).toBe('restriction.hidden');
  expect(nowhere.reason).toBe('resource.unknown');
  expect({ ...asUnit, reason: null }).toEqual({ ...nowhere, reason: null });
  expect(ask('getReport', { id: narrow.id, visible }).status).toBe(200);
});

test('a notification reaches the active employees there, and counts those a token may see', () => {
  const both = { ...employee('dee@example.test'), userGroupIds: [cooks] };
  ask('createEmployee', { json: both });
  ask('createEmployee', { json: { ...employee('eve@example.test'), status: 'inactive' } });
  const json = { title: 'Roster', body: 'It is out.', businessUnitId: unitA, locationId: here };
  const sent = ask('sendNotification', { json });
  expect(sent).toMatchObject({ status: 201, value: { recipients: 2, sentAt: '2026-11-24T12:00:00.000Z' } });
  const visible = { ...everything, userGroups: new Set([cooks]) };
  const seen = get<Page>('listNotifications', { visible });
  expect(seen.items).toMatchObject([{ id: (sent.value as Row).id, recipients: 1 }]);
});

test('an employee’s groups that a token cannot see are neither shown nor lost', () => {
  const json = employee('fay@example.test', { userGroupIds: [nurses, cooks] });
  const made = get<Row>('createEmployee', { json });
  const visible = { ...everything, userGroups: new Set([cooks]) };
  expect(get<Row>('getEmployee', { id: made.id, visible }).userGroupIds).toEqual([cooks]);
  expect(ask('updateEmployee', { id: made.id, visible, json: { userGroupIds: [] } }).reason).toBe(
    'restriction.write',
  );
  expect(ask('updateEmployee', { id: made.id, visible, json: { userGroupIds: [cooks] } }).status).toBe(200);
  expect(get<Row>('getEmployee', { id: made.id }).userGroupIds).toEqual([nurses, cooks].sort());
});

test('writing outside the restrictions is refused; an employee out of sight is unknown', () => {
  const visible = { ...everything, locations: new Set([here]) };
  const refused = (operation: string, asked: Asked) => ask(operation, { visible, ...asked }).reason;
  expect(refused('createShift', { json: shift({ locationId: there }) })).toBe('restriction.write');
  expect(refused('createShift', { json: shift({ locationId: missing }) })).toBe('restriction.write');
  expect(refused('createShift', { json: shift({ employeeId: bo }) })).toBe('request.invalid');
  const mine = get<Row>('createShift', { json: shift() });
  expect(refused('updateShift', { id: mine.id, json: { locationId: there } })).toBe('restriction.write');
  expect(refused('updateShift', { id: mine.id, json: { employeeId: bo } })).toBe('request.invalid');
  const groups = { ...everything, userGroups: new Set([nurses]) };
  expect(refused('createShift', { visible: groups, json: shift({ employeeId: bo }) })).toBe(
    'restriction.write',
  );
});

test('a body of nothing but errors is told the first fifty, and how many more there are', () => {
  const json = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${'x'.repeat(500)}${i}`, 1]));
  const { errors = [] } = ask('createShift', { json });
  expect(errors).toHaveLength(51);
  expect(errors.at(-1)?.detail).toMatch(/^and \d+ more/);
  expect(JSON.stringify(errors).length).toBeLessThan(20_000);
});
