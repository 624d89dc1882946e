import fs from 'node:fs';
import { expect, test } from 'vitest';
import { DAY, HOUR } from '../../base/clock.ts';
import { DEFAULT_RETENTION } from '../retention/policy.ts';
import { openUsage } from '../usage/usage-file.ts';
import { listDays } from './day-file.ts';
import { Ingester } from './ingest.ts';
import { keptSegmentPath, listKeptSegments } from './kept-segments.ts';
import { applyRetention } from './retention.ts';
import { dayOf } from './row-ids.ts';
import { sqliteLog } from './sqlite-log.ts';
import { loggedRecords, makeInstance, makeRecord, openJournalOf } from './testing.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const EVERY = { from: 0, to: Number.POSITIVE_INFINITY, terms: [] };

/** An instance with ten rows of each day, the oldest first, in segments of few lines. */
async function withDays(ages: readonly number[]) {
  const file = await makeInstance();
  const journal = openJournalOf(file, { segmentBytes: 2_000 });
  const records = ages.flatMap((age) =>
    Array.from({ length: 10 }, (_, n) => makeRecord({ time: NOON - age * DAY + n * HOUR })),
  );
  for (const record of records) await journal.append(record);
  await journal.close();
  const ingester = new Ingester(file);
  ingester.drain();
  ingester.close();
  return { file, records };
}

test('retention takes a segment with the last day that names it, and no earlier', async () => {
  const { file, records } = await withDays([40, 20, 0]);
  const before = listKeptSegments(file);
  const usage = openUsage(file);
  applyRetention(file, usage, DEFAULT_RETENTION, NOON);
  usage.close();
  expect(listDays(file)).toEqual([dayOf(NOON), dayOf(NOON - 20 * DAY)]);
  expect(await loggedRecords(file)).toEqual(records.slice(10));
  const kept = listKeptSegments(file);
  expect(kept.length).toBeLessThan(before.length);
  // Ten rows are some three segments; the last may have rows of the next day, too.
  expect(before.length - kept.length).toBeGreaterThan(1);
});

test('rows whose records are gone are left out of a page, and the others are there', async () => {
  const { file, records } = await withDays([1, 0]);
  const log = sqliteLog(file);
  fs.rmSync(keptSegmentPath(file, listKeptSegments(file)[2] as number));
  const { rows, next } = await log.search(EVERY, { order: 'oldest', after: null, limit: 100 }, 1e6);
  expect(next).toBe(null);
  const left = rows.map(({ record }) => record.requestId);
  expect(left.length).toBeGreaterThan(15);
  expect(left.length).toBeLessThan(20);
  expect(records.map(({ requestId }) => requestId).filter((id) => left.includes(id))).toEqual(left);
});

test('a line that was changed on the disk is no row', async () => {
  const { file } = await withDays([1, 0]);
  const path = keptSegmentPath(file, 1);
  const bytes = fs.readFileSync(path);
  bytes[60] = (bytes[60] as number) ^ 1;
  fs.writeFileSync(path, bytes);
  expect(await loggedRecords(file)).toHaveLength(19);
});

test('one reader sees what enters the log between its calls, and a day that is gone no more', async () => {
  const { file } = await withDays([40, 0]);
  const log = sqliteLog(file);
  const page = { order: 'newest', after: null, limit: 100 } as const;
  expect((await log.search(EVERY, page, 1e6)).rows).toHaveLength(20);
  const record = makeRecord({ time: NOON + 11 * HOUR, address: '192.0.2.77', tokenName: 'New' });
  const journal = openJournalOf(file);
  await journal.append(record);
  await journal.close();
  await log.bringIn();
  const [newest] = (await log.search(EVERY, page, 1e6)).rows;
  expect(newest?.record).toEqual(record);
  const usage = openUsage(file);
  applyRetention(file, usage, DEFAULT_RETENTION, NOON);
  usage.close();
  expect((await log.search(EVERY, page, 1e6)).rows).toHaveLength(11);
  expect(await log.oldestRow()).toBe(NOON);
});
