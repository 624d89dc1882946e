import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { newId } from '../base/ids.ts';
import { openSqlite } from '../db/open.ts';
import { everything } from '../shifts-api/visible.ts';
import { runApiWriter } from './api-writer-loop.ts';
import type { WriteOrder, WriteReport } from './api-writer-messages.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');
let held: ShiftsFile;
const [unit, here] = [newId(NOW), newId(NOW)];

beforeEach(async () => {
  held = await makeShiftsFile();
  await held.db.insertInto('business_unit').values({ id: unit, name: 'Unit' }).execute();
  await held.db.insertInto('location').values({ id: here, name: 'Here' }).execute();
});
afterEach(() => held.remove());

const order = (number: number, operation: string, body: object): WriteOrder => ({
  number,
  request: {
    operation,
    params: {},
    query: '',
    body: Buffer.from(JSON.stringify(body)),
    contentType: 'application/json',
    visible: everything,
    now: NOW,
  },
});
const employee = (number: number) =>
  order(number, 'createEmployee', {
    name: 'Ada',
    email: `ada${number}@example.test`,
    position: 'Nurse',
    businessUnitId: unit,
    locationId: here,
    userGroupIds: [],
  });

test('many writes at once leave the write lock to others in between', async () => {
  // Each look at the clock costs 20 ms: three writes fill a slice.
  let now = 0;
  const clock = {
    monotonic: () => {
      now += 20;
      return now;
    },
  };
  const other = openSqlite(held.path);
  let changes = 0;
  const slices: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const writer = runApiWriter(
    held.path,
    (reports) => {
      slices.push(reports.length);
      expect(reports.map(({ answer }) => answer?.status)).toEqual(reports.map(() => 201));
      // An administrator's change, as soon as a slice is done.
      changes += other.prepare("INSERT INTO setting VALUES (hex(randomblob(8)), '')").run().changes;
      if (slices.reduce((sum, one) => sum + one, 0) === 10) resolve();
    },
    clock,
  );
  for (let number = 0; number < 10; number++) writer.take(employee(number));
  await promise;
  expect(Math.max(...slices)).toBeLessThan(5);
  expect(changes).toBe(slices.length);
  writer.close();
  other.close();
});

test('once the lock was held for a slice, it is left alone for longer than others wait before they ask again', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  // Each look at the clock costs 2 ms.
  let now = 0;
  const clock = {
    monotonic: () => {
      now += 2;
      return now;
    },
  };
  const rests = vi.spyOn(globalThis, 'setTimeout');
  let answered = 0;
  /** How many were answered, one a transaction, before each rest. */
  const before: number[] = [];
  const writer = runApiWriter(
    held.path,
    (reports) => {
      answered += reports.length;
      before[rests.mock.calls.length] = (before[rests.mock.calls.length] ?? 0) + reports.length;
      // Another comes just then, so that there is always one and none of these transactions is a long one.
      if (answered < 100) writer.take(employee(answered));
    },
    clock,
  );
  writer.take(employee(0));
  while (answered < 100) vi.advanceTimersToNextTimer();
  expect(Math.max(...before)).toBeLessThan(30);
  expect(rests.mock.calls.length).toBeGreaterThan(2);
  for (const [, rest] of rests.mock.calls) expect(rest).toBeGreaterThan(10);
  writer.close();
});

const span = { kind: 'hours', from: '2026-11-01T00:00:00Z', to: '2026-11-24T00:00:00Z' };

test('what others write does not wait for the reports that one client asked for', async () => {
  const answered: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const writer = runApiWriter(held.path, (reports) => {
    answered.push(...reports.map(({ number }) => number));
    if (answered.length === 5) resolve();
  });
  for (let number = 1; number <= 4; number++) writer.take(order(number, 'createReport', span));
  writer.take(employee(5));
  await promise;
  expect(answered).toEqual([5, 1, 2, 3, 4]);
  writer.close();
});

test('a report is computed without the write lock', async () => {
  const other = openSqlite(held.path);
  other.exec('BEGIN IMMEDIATE');
  const reports: WriteReport[] = [];
  const writer = runApiWriter(held.path, (made) => reports.push(...made));
  writer.take(order(1, 'createReport', { ...span, businessUnitId: newId(NOW) }));
  await expect.poll(() => reports.length).toBe(1);
  // Judged against the directory while somebody else held the lock.
  expect(reports[0]?.answer?.status).toBe(400);
  other.exec('ROLLBACK');
  writer.take(order(2, 'createReport', span));
  writer.close();
  expect(reports[1]?.answer?.status).toBe(201);
  other.close();
});
