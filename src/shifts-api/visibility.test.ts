import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiOn, makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { DAY, HOUR } from '../base/clock.ts';
import { newId } from '../base/ids.ts';
import type { Visible } from './visible.ts';

/**
 * Random restrictions and operations against a real file. What is visible is decided here a second time, row by
 * row in plain code over unrestricted reads of the tables, and never by the API's own SQL.
 */
const NOW = Date.parse('2026-11-24T12:00:00Z');
const ids = (count: number) => Array.from({ length: count }, () => newId(NOW));
const units = ids(3);
const locations = ids(4);
const groups = ids(3);
const employees = ids(14);

let held: ShiftsFile;
let ask: ReturnType<typeof apiOn>;

beforeAll(async () => {
  held = await makeShiftsFile();
  ask = apiOn(held.file, NOW);
  const named = (list: string[]) => list.map((id) => ({ id, name: id }));
  await held.db.insertInto('business_unit').values(named(units)).execute();
  await held.db.insertInto('location').values(named(locations)).execute();
  await held.db.insertInto('user_group').values(named(groups)).execute();
  const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
  for (const [index, id] of employees.entries()) {
    const places = { business_unit_id: at(units, index), location_id: at(locations, index) };
    await held.db
      .insertInto('employee')
      .values({
        id,
        name: id,
        email: `${id}@x.test`,
        position: 'p',
        status: 'active',
        created_at: NOW,
        ...places,
      })
      .execute();
    // Some are in one group, some in two, some in none.
    const mine = index % 4 === 3 ? [] : [...new Set([at(groups, index), at(groups, index * 5)])];
    for (const group of mine)
      await held.db.insertInto('employee_group').values({ employee_id: id, group_id: group }).execute();
    for (let n = 0; n < 3; n += 1) {
      const shift = newId(NOW);
      // The third is at another place than its employee's own.
      const place =
        n < 2 ? places : { business_unit_id: at(units, index + 1), location_id: at(locations, index + 2) };
      const start = NOW + (index - 7) * DAY + n * HOUR;
      await held.db
        .insertInto('shift')
        .values({
          id: shift,
          employee_id: id,
          ...place,
          start_at: start,
          end_at: start + HOUR,
          status: 'draft',
          note: '',
        })
        .execute();
      await held.db
        .insertInto('attendance')
        .values({
          id: newId(NOW),
          shift_id: shift,
          employee_id: id,
          ...place,
          clock_in_at: start,
          clock_out_at: start + HOUR,
        })
        .execute();
    }
  }
  for (const businessUnitId of units)
    for (const locationId of locations)
      ask('sendNotification', { json: { title: 't', body: 'b', businessUnitId, locationId } });
});
afterAll(() => held.remove());

interface Located {
  id: string;
  business_unit_id: string;
  location_id: string;
}

const rows = (table: string) => held.file.prepare(`SELECT * FROM ${table}`).all() as never[];

interface Membership {
  employee_id: string;
  group_id: string;
}

/** The plain statement of the rule. */
function seen(visible: Visible, row: Located, employeeId: string, memberships: Membership[]): boolean {
  const member = memberships.some((m) => m.employee_id === employeeId && visible.userGroups?.has(m.group_id));
  return (
    (visible.businessUnits === null || visible.businessUnits.has(row.business_unit_id)) &&
    (visible.locations === null || visible.locations.has(row.location_id)) &&
    (visible.userGroups === null || member)
  );
}

const seenRows = (visible: Visible, table: string, employee: string): string[] => {
  const memberships: Membership[] = rows('employee_group');
  return (rows(table) as (Located & Record<string, string>)[])
    .filter((row) => seen(visible, row, row[employee] ?? '', memberships))
    .map((row) => row.id)
    .sort();
};

const seenNotifications = (visible: Visible): string[] => {
  const memberships: Membership[] = rows('employee_group');
  const sent = rows('notification_recipient') as { notification_id: string; employee_id: string }[];
  const reachedSomeoneSeen = (row: Located) =>
    sent.some((one) => one.notification_id === row.id && seen(visible, row, one.employee_id, memberships));
  return (rows('notification') as Located[])
    .filter((row) =>
      visible.userGroups === null ? seen(visible, row, '', memberships) : reachedSomeoneSeen(row),
    )
    .map((row) => row.id)
    .sort();
};

/** Every id of a list, over all its pages. */
function listed(operation: string, visible: Visible, limit: number): string[] {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page: { items: { id: string }[]; nextCursor: string | null } = ask(operation, {
      query,
      visible,
    }).value;
    found.push(...page.items.map((item) => item.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found.sort();
}

const restriction = (all: string[]) =>
  fc.option(
    fc.subarray(all).map((some) => new Set(some)),
    { freq: 2 },
  );
const visibles: fc.Arbitrary<Visible> = fc.record({
  businessUnits: restriction(units),
  locations: restriction(locations),
  userGroups: restriction(groups),
});

test('a list has exactly the visible rows, in pages of any size', () => {
  fc.assert(
    fc.property(visibles, fc.integer({ min: 1, max: 30 }), (visible, limit) => {
      expect(listed('listShifts', visible, limit)).toEqual(seenRows(visible, 'shift', 'employee_id'));
      expect(listed('listAttendance', visible, limit)).toEqual(
        seenRows(visible, 'attendance', 'employee_id'),
      );
      expect(listed('listEmployees', visible, limit)).toEqual(seenRows(visible, 'employee', 'id'));
      expect(listed('listNotifications', visible, limit)).toEqual(seenNotifications(visible));
      expect(listed('listBusinessUnits', visible, limit)).toEqual(
        [...(visible.businessUnits ?? units)].sort(),
      );
      expect(listed('listLocations', visible, limit)).toEqual([...(visible.locations ?? locations)].sort());
      expect(listed('listUserGroups', visible, limit)).toEqual([...(visible.userGroups ?? groups)].sort());
    }),
    { numRuns: 60 },
  );
});

test('no filter brings a hidden row in', () => {
  const filters = fc.record(
    {
      employeeId: fc.constantFrom(...employees),
      businessUnitId: fc.constantFrom(...units),
      locationId: fc.constantFrom(...locations),
      status: fc.constant('draft'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(visibles, filters, (visible, filter) => {
      const query = new URLSearchParams({ ...filter, limit: '200' }).toString();
      const { items } = ask('listShifts', { query, visible }).value as { items: { id: string }[] };
      const allowed = seenRows(visible, 'shift', 'employee_id');
      for (const item of items) expect(allowed).toContain(item.id);
    }),
    { numRuns: 60 },
  );
});

test('a report counts exactly the visible shifts, and only tokens that see as much can read it', () => {
  const span = { from: new Date(NOW - 30 * DAY).toISOString(), to: new Date(NOW + 30 * DAY).toISOString() };
  fc.assert(
    fc.property(visibles, visibles, (visible, other) => {
      const made = ask('createReport', { json: { kind: 'hours', ...span }, visible });
      const report = made.value as { id: string; rows: { employeeId: string; shifts: number }[] };
      const mine = seenRows(visible, 'shift', 'employee_id');
      const counted = new Map<string, number>();
      for (const row of rows('shift') as (Located & { employee_id: string; status: string })[])
        if (mine.includes(row.id) && row.status !== 'cancelled')
          counted.set(row.employee_id, (counted.get(row.employee_id) ?? 0) + 1);
      expect(new Map(report.rows.map((row) => [row.employeeId, row.shifts]))).toEqual(counted);
      expect(ask('getReport', { id: report.id, visible }).status).toBe(200);
      if (ask('getReport', { id: report.id, visible: other }).status === 200) {
        const theirs = seenRows(other, 'shift', 'employee_id');
        expect(mine.filter((id) => !theirs.includes(id))).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test('by id a hidden shift reads as one that does not exist, and stays as it is', () => {
  const operation = fc.constantFrom('getShift', 'updateShift');
  fc.assert(
    fc.property(visibles, operation, fc.nat(), (visible, name, pick) => {
      const all = rows('shift') as Located[];
      const row = all[pick % all.length] as Located;
      const json = { note: 'x' };
      const answer = ask(name, { id: row.id, json, visible });
      const missing = ask(name, { id: newId(NOW), json, visible });
      const visibleIds = seenRows(visible, 'shift', 'employee_id');
      expect(answer.reason).toBe(visibleIds.includes(row.id) ? null : 'restriction.hidden');
      // The reason and the places are for the log alone.
      const { reason, places } = missing;
      if (answer.reason !== null) expect({ ...answer, reason, places }).toEqual(missing);
    }),
    { numRuns: 100 },
  );
});

test('whatever is written under restrictions, nothing outside them changes and nothing lands outside', () => {
  const change = fc.record({
    employeeId: fc.option(fc.constantFrom(...employees), { nil: undefined }),
    businessUnitId: fc.option(fc.constantFrom(...units), { nil: undefined }),
    locationId: fc.option(fc.constantFrom(...locations), { nil: undefined }),
    note: fc.string({ maxLength: 5 }),
  });
  const outsideOf = (visible: Visible) => {
    const mine = new Set(seenRows(visible, 'shift', 'employee_id'));
    return (rows('shift') as Located[]).filter((row) => !mine.has(row.id));
  };
  const operations = fc.constantFrom('createShift', 'updateShift', 'deleteShift');
  fc.assert(
    fc.property(visibles, operations, change, fc.nat(), (visible, name, json, pick) => {
      const before = outsideOf(visible);
      const all = rows('shift') as Located[];
      const target = all[pick % all.length] as Located;
      const whole = {
        employeeId: employees[pick % employees.length],
        businessUnitId: units[pick % units.length],
        locationId: locations[pick % locations.length],
        start: '2026-12-01T08:00:00Z',
        end: '2026-12-01T16:00:00Z',
      };
      const given = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined));
      const answer = ask(name, {
        ...(name === 'createShift' ? {} : { id: target.id }),
        json: name === 'createShift' ? { ...whole, ...given } : given,
        visible,
      });
      expect(outsideOf(visible)).toEqual(before);
      if (answer.status === 201) {
        const { id } = answer.value as { id: string };
        expect(seenRows(visible, 'shift', 'employee_id')).toContain(id);
      }
    }),
    { numRuns: 200 },
  );
});

test('an employee is never moved out of sight, nor created there', () => {
  const places = fc.record({
    businessUnitId: fc.constantFrom(...units),
    locationId: fc.constantFrom(...locations),
    userGroupIds: fc.subarray(groups),
  });
  fc.assert(
    fc.property(
      visibles,
      places,
      fc.boolean(),
      fc.constantFrom(...employees),
      (visible, json, create, id) => {
        const before = seenRows(visible, 'employee', 'id');
        const fields = { name: 'n', email: `${newId(NOW)}@x.test`, position: 'p' };
        const answer = create
          ? ask('createEmployee', { json: { ...fields, ...json }, visible })
          : ask('updateEmployee', { id, json, visible });
        const after = seenRows(visible, 'employee', 'id');
        if (answer.status === 201) expect(after).toContain((answer.value as { id: string }).id);
        for (const one of before) expect(after).toContain(one);
        if (!create && !before.includes(id)) expect(answer.reason).toBe('restriction.hidden');
      },
    ),
    { numRuns: 150 },
  );
});
