import Database from 'better-sqlite3';
import pg from 'pg';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { clientConfig } from '../../db/postgres.ts';
import { type Reads, readLater, readNow } from '../../db/reads.ts';
import { makePostgresLog } from '../logs/postgres/testing.ts';
import type { Counted } from './cell-sums.ts';
import { fitRange, fitSeries } from './grain.ts';
import { takeOldRollups } from './old-rollups.ts';
import { takeOldRollupsLater } from './postgres-old-rollups.ts';
import { addToRollupsLater } from './postgres-rollup.ts';
import { addToRollups, rollUpBefore } from './rollup.ts';
import { countRequests, endpointsUsed, summarise } from './store.ts';
import { makeUsageTables } from './usage-file.ts';

const NOON = Date.UTC(2026, 10, 25, 12);
const TOKEN = '0190f3c0-0000-7000-8000-000000000001';

/** Of an hour of five days and of the last twenty minutes, as earlier releases had it: 3 requests in each minute. */
function oldRows(grain: 'minute' | 'quarter') {
  const step = grain === 'minute' ? MINUTE : 15 * MINUTE;
  const buckets = new Map<number, number>();
  for (let age = 1; age <= 5; age++)
    for (let minute = 0; minute < 60; minute++) {
      const bucket = Math.floor((NOON - age * DAY + minute * MINUTE) / step) * step;
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 3);
    }
  for (let minute = 0; minute < 20; minute++) {
    const bucket = Math.floor((NOON + minute * MINUTE) / step) * step;
    buckets.set(bucket, (buckets.get(bucket) ?? 0) + 3);
  }
  return ['*', TOKEN].flatMap((token) =>
    [...buckets].flatMap(([bucket, count]) => [
      [token, bucket, 'GET /v1/shifts', 'shifts', 200, '', (count * 2) / 3, count * 2_000],
      [token, bucket, 'GET /v1/shifts', 'shifts', 403, 'scope.method', count / 3, count * 1_000],
    ]),
  );
}
const TOTAL = 5 * 180 + 60;

const request = (time: number): Counted => ({
  time,
  tokenId: TOKEN,
  endpoint: 'POST /v1/shifts',
  status: 201,
  reason: null,
  durationMs: 4,
});

const at = (from: number, to: number) =>
  summarise(TOKEN, fitSeries(fitRange(from, to, NOON + HOUR), 'UTC'), false);

/** What is asked of what was taken over, and of what came after it. */
async function expectTaken(
  read: <T>(reads: Reads<T>) => Promise<T>,
  add: (requests: readonly Counted[]) => Promise<void>,
): Promise<void> {
  expect(await read(countRequests(0, NOON + DAY))).toBe(TOTAL);
  const old = await read(at(NOON - 6 * DAY, NOON - DAY));
  expect(old).toMatchObject({ total: 4 * 180, averageMs: 3, p50Ms: null });
  expect(old.byReason).toEqual([{ reason: 'scope.method', status: 403, count: 4 * 60 }]);
  expect(old.byEndpoint).toMatchObject([{ endpoint: 'GET /v1/shifts', count: 4 * 180, p95Ms: null }]);
  expect((await read(at(NOON - DAY + 7 * MINUTE, NOON - DAY + 20 * MINUTE))).total).toBe(13 * 3);
  expect((await read(endpointsUsed([TOKEN]))).get(TOKEN)).toEqual(['GET /v1/shifts']);

  await add([request(NOON + 19 * MINUTE), request(NOON - 2 * DAY), request(NOON + 3 * HOUR)]);
  expect((await read(at(NOON + 15 * MINUTE, NOON + 30 * MINUTE))).total).toBe(16);
  expect((await read(at(NOON - 6 * DAY, NOON + DAY))).total).toBe(TOTAL + 3);
  expect(await read(at(NOON + 2 * HOUR, NOON + 4 * HOUR))).toMatchObject({ total: 1, averageMs: 4 });
}

test('roll-ups of an earlier release are taken over: counts and sums; percentiles are not known', async () => {
  const file = new Database(':memory:');
  for (const grain of ['minute', 'quarter'] as const) {
    file.exec(`CREATE TABLE ${grain} (
      token_id TEXT NOT NULL, bucket INTEGER NOT NULL, endpoint TEXT NOT NULL, tag TEXT NOT NULL,
      status INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, duration_us INTEGER NOT NULL,
      PRIMARY KEY (token_id, bucket, endpoint, tag, status, reason)
    ) STRICT, WITHOUT ROWID`);
    const insert = file.prepare(`INSERT INTO ${grain} VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const row of oldRows(grain)) insert.run(...row);
  }
  makeUsageTables(file);
  takeOldRollups(file);
  takeOldRollups(file);
  await expectTaken(
    async (reads) => readNow(file, reads),
    async (requests) => addToRollups(file, requests),
  );
  rollUpBefore(file, NOON + DAY);
  expect(readNow(file, countRequests(0, NOON + DAY))).toBe(TOTAL + 3);
  expect(readNow(file, at(NOON - 6 * DAY, NOON + DAY)).total).toBe(TOTAL + 3);
});

test('on Postgres as well, beside gateways that write to them meanwhile', async () => {
  const { url, pool, close } = await makePostgresLog();
  for (const grain of ['minute', 'quarter'] as const)
    for (const row of oldRows(grain))
      await pool.query(`INSERT INTO ${grain} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, row);
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  const add = (requests: readonly Counted[]) => addToRollupsLater(client, requests);
  // They are in the old rows' quarter hour, or before it.
  await add([request(NOON + 16 * MINUTE), request(NOON - DAY)]);
  await takeOldRollupsLater((work) => work(client));
  await takeOldRollupsLater((work) => work(client));
  const read = <T>(reads: Reads<T>) => readLater(pool, reads);
  expect(await read(countRequests(0, NOON + DAY))).toBe(TOTAL + 2);
  await expect(pool.query('SELECT 1 FROM minute')).rejects.toThrow('does not exist');
  expect((await read(at(NOON + 15 * MINUTE, NOON + 30 * MINUTE))).total).toBe(16);
  expect((await read(at(NOON - 6 * DAY, NOON + DAY))).total).toBe(TOTAL + 2);
  await client.end();
  await close();
});

test('on Postgres what is taken over is told like a file’s', async () => {
  const { url, pool, close } = await makePostgresLog();
  for (const grain of ['minute', 'quarter'] as const)
    for (const row of oldRows(grain))
      await pool.query(`INSERT INTO ${grain} VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, row);
  const client = new pg.Client(clientConfig(url));
  await client.connect();
  await takeOldRollupsLater((work) => work(client));
  await expectTaken(
    (reads) => readLater(pool, reads),
    (requests) => addToRollupsLater(client, requests),
  );
  await client.end();
  await close();
});
