import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { apiOn, makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { everything } from './visible.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
const one = '01a211c3-522b-70a4-a70c-1aac47bf5bad';
let held: ShiftsFile;

beforeAll(async () => {
  held = await makeShiftsFile();
});
afterAll(() => held.remove());

/** How SQLite would answer the statement that the list runs. */
function planOf(operation: string, query: string, visible = everything): string {
  const prepare = vi.spyOn(held.file, 'prepare');
  apiOn(held.file, NOW)(operation, { query, visible });
  const sql = prepare.mock.calls.map(([sql]) => sql).find((sql) => sql.includes('ORDER BY')) ?? '';
  prepare.mockRestore();
  const values = Array.from(sql.matchAll(/\?/g), () => 0);
  const steps = held.file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[];
  return steps.map(({ detail }) => detail).join('; ');
}

test.each([
  ['listShifts', '', 'shift_start'],
  ['listShifts', `employeeId=${one}`, 'shift_employee'],
  ['listShifts', `businessUnitId=${one}`, 'shift_unit'],
  ['listShifts', `locationId=${one}`, 'shift_location'],
  ['listShifts', 'status=draft', 'shift_status'],
  ['listAttendance', '', 'attendance_clock_in'],
  ['listAttendance', `employeeId=${one}`, 'attendance_employee'],
  ['listAttendance', `businessUnitId=${one}`, 'attendance_unit'],
  ['listAttendance', `locationId=${one}`, 'attendance_location'],
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
