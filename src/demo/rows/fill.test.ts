import { expect, test } from 'vitest';
import { DAY, systemClock } from '../../base/clock.ts';
import { outcomeOf } from '../../base/reasons.ts';
import { takeFileLock } from '../../db/file-lock.ts';
import { encodeRecord } from '../../features/logs/stored-record.ts';
import { loggedRecords, makeInstance } from '../../features/logs/testing.ts';
import type { RowToken } from './callers.ts';
import { fillLog } from './fill.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const clock = { ...systemClock, now: () => NOW };
const tokens: RowToken[] = ['Payroll', 'Planning', 'Kiosk'].map((name, n) => ({
  id: `0190f3c0-0000-7000-8000-00000000000${n}`,
  name,
  userId: '0190f3c0-0000-7000-8000-0000000000aa',
  userName: 'Ada',
}));

const filled = async (seed: number) => {
  const file = await makeInstance();
  await fillLog(file, { rows: 3_000, days: 3, seed, tokens, clock, onRows: () => undefined });
  return loggedRecords(file);
};

test('fills a log with so many rows of the last days, of all outcomes, the same for the same seed', async () => {
  const records = await filled(7);
  expect(records).toHaveLength(3_000);
  for (const { time } of records) {
    expect(time).toBeLessThan(NOW);
    expect(time).toBeGreaterThanOrEqual(NOW - 3 * DAY - 1_000);
  }
  expect(new Set(records.map(({ requestId }) => requestId)).size).toBe(3_000);
  expect(new Set(records.map(({ status }) => outcomeOf(status))).size).toBe(5);
  expect((await filled(7)).map(encodeRecord)).toEqual(records.map(encodeRecord));
  expect((await filled(8)).map(encodeRecord)).not.toEqual(records.map(encodeRecord));
});

test('is refused beside a gateway', async () => {
  const file = await makeInstance();
  const lock = takeFileLock(file);
  const fill = { rows: 1, days: 1, seed: 1, tokens, clock, onRows: () => undefined };
  await expect(fillLog(file, fill)).rejects.toMatchObject({ code: 'file.denied' });
  lock?.release();
});
