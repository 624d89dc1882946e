import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { apiOn, makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { newId } from '../base/ids.ts';
import { everything, type Visible } from './visible.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const one = '01a211c3-522b-70a4-a70c-1aac47bf5bad';
let held: ShiftsFile;

beforeAll(async () => {
  held = await makeShiftsFile();
});
afterAll(() => held.remove());

/** How SQLite would answer each statement that the list runs for its rows. */
function plansOf(operation: string, query: string, visible = everything): string[] {
  const prepare = vi.spyOn(held.file, 'prepare');
  apiOn(held.file, NOW)(operation, { query, visible });
  const texts = prepare.mock.calls.map(([sql]) => sql).filter((sql) => sql.includes('ORDER BY'));
  prepare.mockRestore();
  return texts.map((sql) => {
    const values = Array.from(sql.matchAll(/\?/g), () => 0);
    const steps = held.file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
    return steps.map(({ detail }) => detail).join('; ');
  });
}
const planOf = (...asked: Parameters<typeof plansOf>): string => plansOf(...asked)[0] ?? '';

test.each([
  ['listShifts', '', 'shift_start'],
  ['listShifts', `employeeId=${one}`, 'shift_employee'],
  ['listShifts', `businessUnitId=${one}`, 'shift_unit'],
  ['listShifts', `locationId=${one}`, 'shift_location'],
  ['listShifts', 'status=draft', 'shift_status'],
  [
    'listShifts',
    `businessUnitId=${one}&locationId=${one}`,
    'shift_place (business_unit_id=? AND location_id=?',
  ],
  ['listShifts', `businessUnitId=${one}&locationId=${one}&employeeId=${one}`, 'shift_employee'],
  ['listAttendance', '', 'attendance_clock_in'],
  ['listAttendance', `employeeId=${one}`, 'attendance_employee'],
  ['listAttendance', `businessUnitId=${one}`, 'attendance_unit'],
  ['listAttendance', `locationId=${one}`, 'attendance_location'],
  [
    'listAttendance',
    `businessUnitId=${one}&locationId=${one}`,
    'attendance_place (business_unit_id=? AND location',
  ],
])('a page of %s?%s is read in order from %s', (operation, query, index) => {
  const plan = planOf(operation, query);
  expect(plan).toContain(`INDEX ${index}`);
  expect(plan).not.toContain('TEMP B-TREE');
});

test.each([
  ['businessUnits', 'shift_unit'],
  ['locations', 'shift_location'],
] as const)('so is that of a token restricted to one of the %s', (kind, index) => {
  const plan = planOf('listShifts', '', { ...everything, [kind]: new Set([one]) });
  expect(plan).toContain(`INDEX ${index}`);
  expect(plan).not.toContain('TEMP B-TREE');
});

test('a token restricted to units and locations reads the rows of both at once', () => {
  const ids = new Set([one, newId(NOW)]);
  for (const query of ['', `businessUnitId=${one}`, `locationId=${one}`])
    expect(planOf('listShifts', query, { ...everything, businessUnits: ids, locations: ids })).toContain(
      'INDEX shift_place (business_unit_id=? AND location_id=?',
    );
});

describe('of a thousand shifts and attendances', () => {
  // Employee n is at place n % 3 in group n % 4; nobody of unit 0 is ever at location 1; the last has a group of their own.
  const PEOPLE = 12;
  const ids = (count: number) => Array.from({ length: count }, () => newId(NOW));
  const [units, locations, groups, people] = [ids(3), ids(3), ids(6), ids(PEOPLE)];
  const rows = Array.from({ length: 1_300 }, (_, n) => {
    // The last comes late, and seldom.
    const person = n === 1_200 ? PEOPLE - 1 : n % (PEOPLE - 1);
    const start = NOW + Math.floor(n / 3) * 60_000;
    return { id: newId(NOW), person, start, status: n % 400 === 399 ? 'draft' : 'published' };
  });
  const groupsOf = (person: number) => [person % 4, ...(person === PEOPLE - 1 ? [5] : [])];

  beforeAll(() => {
    const { file } = held;
    const insert = (table: string, ...values: (string | number)[]) =>
      file.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`).run(...values);
    file.transaction(() => {
      units.map((id, n) => insert('business_unit', id, `Unit ${n}`));
      locations.map((id, n) => insert('location', id, `Location ${n}`));
      groups.map((id, n) => insert('user_group', id, `Group ${n}`));
      people.forEach((id, n) => {
        const place = [units[n % 3] as string, locations[n % 3] as string] as const;
        insert('employee', id, `N${n}`, `e${n}@x.org`, 'p', 'active', ...place, NOW);
        for (const group of groupsOf(n)) insert('employee_group', id, groups[group] as string);
      });
      for (const { id, person, start, status } of rows) {
        const where = [units[person % 3] as string, locations[person % 3] as string] as const;
        insert('shift', id, people[person] as string, ...where, start, start + 1, status, '');
        insert('attendance', id, id, people[person] as string, ...where, start, start + 1);
      }
    })();
  });

  /** Every page of a list, one after the other. */
  function idsOf(operation: string, visible: Visible, query: string): string[] {
    const ask = apiOn(held.file, NOW);
    const found: string[] = [];
    let cursor = '';
    do {
      const { value } = ask(operation, { query: `limit=200${query}${cursor}`, visible });
      const { items, nextCursor } = value as { items: { id: string }[]; nextCursor: string | null };
      found.push(...items.map(({ id }) => id));
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor !== '');
    return found;
  }

  const none: number[] | null = null;
  test.each([
    ['everything', none, none, none],
    ['one unit', [1], none, none],
    ['two units and two locations', [0, 1], [1, 2], none],
    ['a unit and a location with nothing together', [0], [1], none],
    ['a group of many rows', none, none, [1]],
    ['a group of few rows', none, none, [5]],
    ['a group without members', none, none, [4]],
    ['groups that share a member', none, none, [3, 5]],
    ['a group and a unit', [2], none, [1, 2]],
    ['a group of few rows and a location without them', none, [0], [5]],
    ['nothing at all', [], none, none],
    ['no group at all', none, none, []],
  ])('a token that may see %s is shown its rows, each once, in order', (_, unit, location, group) => {
    const of = (all: string[], some: number[] | null) => some && new Set(some.map((n) => all[n] as string));
    const visible: Visible = {
      businessUnits: of(units, unit),
      locations: of(locations, location),
      userGroups: of(groups, group),
    };
    const inOrder = rows.toSorted((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
    const seen = inOrder.filter(
      ({ person }) =>
        (unit?.includes(person % 3) ?? true) &&
        (location?.includes(person % 3) ?? true) &&
        (group === null || groupsOf(person).some((one) => group.includes(one))),
    );
    const expected = (filter: (row: (typeof rows)[number]) => boolean) =>
      seen.filter(filter).map(({ id }) => id);
    const last = PEOPLE - 1;
    const from = NOW + 300 * 60_000;
    for (const operation of ['listShifts', 'listAttendance']) {
      expect(idsOf(operation, visible, '')).toEqual(expected(() => true));
      expect(idsOf(operation, visible, `&from=${new Date(from).toISOString()}`)).toEqual(
        expected(({ start }) => start >= from),
      );
      expect(idsOf(operation, visible, `&employeeId=${people[last]}`)).toEqual(
        expected(({ person }) => person === last),
      );
      expect(idsOf(operation, visible, `&businessUnitId=${units[2]}`)).toEqual(
        expected(({ person }) => person % 3 === 2),
      );
    }
    expect(idsOf('listShifts', visible, '&status=draft')).toEqual(
      expected(({ status }) => status === 'draft'),
    );
  });

  test('a group of few rows is found by its members, after a look at the first rows only', () => {
    const [first, second] = plansOf('listShifts', '', {
      ...everything,
      userGroups: new Set([groups[5] as string]),
    });
    expect(first).toMatch(/SCAN shift USING INDEX shift_start/);
    expect(second).toContain('INDEX shift_employee (employee_id=?)');
  });

  test('a rare status is found by itself, a frequent one in its unit', () => {
    const unit = `businessUnitId=${units[0]}`;
    expect(planOf('listShifts', `${unit}&status=draft`)).toContain('INDEX shift_status');
    expect(planOf('listShifts', `${unit}&status=published`)).toContain('INDEX shift_unit');
  });
});
