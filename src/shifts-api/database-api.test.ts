import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeDatabase } from '../../tests/support/postgres.ts';
import { makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { DAY, HOUR } from '../base/clock.ts';
import { migrate } from '../db/open.ts';
import { kyselyOverPostgres, openPool } from '../db/postgres.ts';
import type { Schema } from '../db/schema.ts';
import { type ApiAnswer, type ApiRequest, createShiftsApi } from './api.ts';
import { createDatabaseShiftsApi } from './database-api.ts';
import type { Visible } from './visible.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
/** Ids in the form of a UUID that sort as their numbers do. */
const idOf = (n: number): string => `01a211c3-522b-70a4-a70c-${String(n).padStart(12, '0')}`;
const [units, locations, groups] = [[1, 2, 3].map(idOf), [11, 12, 13].map(idOf), [21, 22].map(idOf)];
const employees = Array.from({ length: 12 }, (_, n) => idOf(100 + n));

let held: ShiftsFile;
let onFile: ReturnType<typeof createShiftsApi>;
let pool: ReturnType<typeof openPool>;
let onPostgres: ReturnType<typeof createDatabaseShiftsApi>;

beforeAll(async () => {
  held = await makeShiftsFile();
  const url = await makeDatabase(inject('postgres'));
  pool = openPool(url);
  const db = kyselyOverPostgres<Schema>(pool, url);
  await migrate(db, url);
  for (const into of [held.db, db]) {
    const named = (ids: readonly string[]) => ids.map((id) => ({ id, name: `Name of ${id}` }));
    await into.insertInto('business_unit').values(named(units)).execute();
    await into.insertInto('location').values(named(locations)).execute();
    await into.insertInto('user_group').values(named(groups)).execute();
    await into
      .insertInto('employee')
      .values(
        employees.map((id, n) => ({
          id,
          name: `E ${n}`,
          email: `E${n}@example.org`,
          position: 'p',
          status: n % 5 === 0 ? ('inactive' as const) : ('active' as const),
          business_unit_id: units[n % 3] as string,
          location_id: locations[n % 2] as string,
          created_at: NOW - DAY,
        })),
      )
      .execute();
    await into
      .insertInto('employee_group')
      .values(employees.map((employee_id, n) => ({ employee_id, group_id: groups[n % 2] as string })))
      .execute();
  }
  onFile = createShiftsApi(held.file);
  onPostgres = createDatabaseShiftsApi(pool);
});
afterAll(async () => {
  await pool.end();
  await held.remove();
});

const oneOf = <T>(list: readonly T[]) => fc.constantFrom(...list);
const someOf = (ids: readonly string[]) =>
  fc.option(
    fc.subarray([...ids], { minLength: 1 }).map((list) => new Set(list)),
    { nil: null },
  );
const visible: fc.Arbitrary<Visible> = fc.record({
  businessUnits: someOf(units),
  locations: someOf(locations),
  userGroups: someOf(groups),
});
const place = fc.record({ businessUnitId: oneOf([...units, idOf(999)]), locationId: oneOf(locations) });
const start = fc.integer({ min: 0, max: 200 }).map((hours) => NOW + hours * HOUR);
const iso = (time: number) => new Date(time).toISOString();

type Asked = Pick<ApiRequest, 'operation'> & { query?: string; json?: unknown; made?: number };
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    operation: oneOf(['listShifts', 'listAttendance']),
    query: fc.oneof(
      fc.constant('limit=3'),
      oneOf(employees).map((id) => `employeeId=${id}`),
      oneOf(units).map((id) => `businessUnitId=${id}&limit=2`),
      start.map((time) => `from=${iso(time)}`),
    ),
  }),
  fc.record({
    operation: oneOf([
      'listEmployees',
      'listNotifications',
      'listBusinessUnits',
      'listLocations',
      'listUserGroups',
    ]),
    query: oneOf(['', 'limit=2', 'limit=0', 'nonsense=1']),
  }),
  fc.record({
    operation: fc.constant('listEmployees'),
    query: oneOf(groups).map((id) => `userGroupId=${id}&status=active`),
  }),
  fc.record({
    operation: fc.constant('createShift'),
    json: fc
      .tuple(place, oneOf(employees), start, fc.integer({ min: -1, max: 9 }))
      .map(([at, employeeId, time, hours]) => ({
        ...at,
        employeeId,
        start: iso(time),
        end: iso(time + hours * HOUR),
        status: 'published',
      })),
  }),
  fc.record({
    operation: oneOf(['updateShift', 'deleteShift', 'getShift']),
    made: fc.nat(20),
    json: place,
  }),
  fc.record({
    operation: fc.constant('createAttendance'),
    json: fc
      .tuple(oneOf(employees), start)
      .map(([employeeId, time]) => ({ employeeId, clockIn: iso(time), clockOut: iso(time + 7 * HOUR) })),
  }),
  fc.record({
    operation: fc.constant('createEmployee'),
    json: fc.tuple(place, fc.nat(30), fc.subarray(groups)).map(([at, n, userGroupIds]) => ({
      ...at,
      name: 'New',
      email: n % 2 === 0 ? `e${n}@EXAMPLE.org` : `new${n}@example.org`,
      position: 'p',
      userGroupIds,
    })),
  }),
  fc.record({
    operation: fc.constant('sendNotification'),
    json: place.map((at) => ({ ...at, title: 'T', body: 'B' })),
  }),
  fc.record({
    operation: fc.constant('createReport'),
    json: fc.record({
      kind: oneOf(['hours', 'attendance', 'headcount']),
      from: fc.constant(iso(NOW)),
      to: fc.constant(iso(NOW + 9 * DAY)),
    }),
  }),
);

test('Postgres answers every request as SQLite does', async () => {
  // Ids that the API makes differ; each is shown by when it was made.
  const made: [string[], string[]] = [[], []];
  // Each request has a moment of its own, so that ids sort alike.
  let now = NOW;
  const encoder = new TextEncoder();
  const requestOf = (
    { operation, query = '', json, made: of }: Asked,
    who: Visible,
    engine: 0 | 1,
  ): ApiRequest => ({
    operation,
    params: of === undefined ? {} : { id: made[engine][of % Math.max(1, made[engine].length)] ?? idOf(7) },
    query: new URLSearchParams(query),
    body: json === undefined || /^(delete|get)/.test(operation) ? null : encoder.encode(JSON.stringify(json)),
    contentType: 'application/json',
    visible: who,
    now,
  });
  const shown = (answer: ApiAnswer, engine: 0 | 1): string => {
    const id = answer.status === 201 ? (JSON.parse(answer.body ?? '') as { id: string }).id : undefined;
    if (id !== undefined) made[engine].push(id);
    const number = (one: string) => {
      const at = made[engine].indexOf(one);
      return at === -1 ? one : `made ${at}`;
    };
    return JSON.stringify(answer)
      .replace(/[0-9a-f-]{36}/g, number)
      .replace(/"nextCursor\\":\\"[^"]*\\"/g, 'a cursor');
  };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(asked, visible), { minLength: 10, maxLength: 25 }), async (list) => {
      for (const [request, who] of list) {
        now += 1;
        const expected = shown(onFile.handle(requestOf(request, who, 0)), 0);
        expect(shown(await onPostgres.handle(requestOf(request, who, 1)), 1), JSON.stringify(request)).toBe(
          expected,
        );
      }
    }),
    // Rows stay from one list to the next, so what is shrunk would be asked of other rows.
    { numRuns: 40, endOnFailure: true },
  );
  expect(made[0].length).toBeGreaterThan(50);
});

test('of employees that are made with one address at once, one is', async () => {
  const body = new TextEncoder().encode(
    JSON.stringify({
      name: 'Twin',
      email: 'twin@example.org',
      position: 'p',
      businessUnitId: units[0],
      locationId: locations[0],
      userGroupIds: [],
    }),
  );
  const everything = { businessUnits: null, locations: null, userGroups: null };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      onPostgres.handle({
        operation: 'createEmployee',
        params: {},
        query: new URLSearchParams(),
        body,
        contentType: 'application/json',
        visible: everything,
        now: NOW,
      }),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400, 400, 400]);
});
