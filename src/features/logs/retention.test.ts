import { describe, expect, onTestFinished, test } from 'vitest';
import { DAY, HOUR } from '../../base/clock.ts';
import { kyselyOver, openSqlite } from '../../db/open.ts';
import { kyselyOverPostgres, openPool } from '../../db/postgres.ts';
import type { Schema } from '../../db/schema.ts';
import type { RetentionPolicy } from '../retention/contract.ts';
import { DEFAULT_RETENTION, writeRetention } from '../retention/policy.ts';
import { Ingester } from './ingest.ts';
import type { LogStore } from './log-store.ts';
import { makePostgresLog } from './postgres/testing.ts';
import type { LogRecord } from './record.ts';
import { dayOf } from './row-ids.ts';
import { sqliteLog } from './sqlite-log.ts';
import { makeInstance, makeRecord, openJournalOf } from './testing.ts';

const NOON = Math.floor(Date.now() / DAY) * DAY + DAY / 2;

interface Retained {
  readonly log: LogStore;
  write(records: readonly LogRecord[]): Promise<void>;
  retain(policy: RetentionPolicy, now: number): Promise<void>;
}

async function onSqlite(): Promise<Retained> {
  const file = await makeInstance();
  return {
    log: sqliteLog(file),
    async write(records) {
      // A segment a day, about.
      const journal = openJournalOf(file, { segmentBytes: 60_000 });
      for (const record of records) await journal.append(record);
      await journal.close();
      const ingester = new Ingester(file);
      ingester.drain();
      ingester.close();
    },
    async retain(policy, now) {
      const db = kyselyOver<Schema>(openSqlite(file));
      await writeRetention(db, policy);
      await db.destroy();
      const ingester = new Ingester(file);
      ingester.retain(now);
      ingester.close();
    },
  };
}

async function onPostgres(): Promise<Retained> {
  const instance = await makePostgresLog();
  onTestFinished(instance.close);
  const gateway = instance.gateway();
  return {
    log: instance.log,
    async write(records) {
      await gateway.write(records);
      await gateway.drain();
    },
    async retain(policy, now) {
      const db = kyselyOverPostgres<Schema>(openPool(instance.url), instance.url);
      await writeRetention(db, policy);
      await db.destroy();
      const ingester = gateway.open();
      await ingester.retain(now);
      ingester.close();
    },
  };
}

const ofDays = (ages: readonly number[], each = 50) =>
  ages.flatMap((age) => Array.from({ length: each }, (_, n) => makeRecord({ time: NOON - age * DAY + n })));

const EVERY = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, terms: [] };

/** How many days ago the rows of a log arrived, the oldest first. */
async function agesOf(log: LogStore): Promise<number[]> {
  const { rows } = await log.search(EVERY, { order: 'oldest', after: null, limit: 1e6 }, 1e9);
  return [...new Set(rows.map(({ record }) => dayOf(NOON) - dayOf(record.time)))];
}

describe.each([
  ['SQLite', onSqlite],
  ['Postgres', onPostgres],
] as const)('retention on %s', (_, make) => {
  test('rows go by the age that was asked for', async () => {
    const { log, write, retain } = await make();
    await write(ofDays([100, 40, 20, 6, 0]));
    await retain({ ...DEFAULT_RETENTION, rawDays: 60 }, NOON);
    expect(await agesOf(log)).toEqual([40, 20, 6, 0]);
    await retain(DEFAULT_RETENTION, NOON);
    expect(await agesOf(log)).toEqual([20, 6, 0]);
    await retain({ ...DEFAULT_RETENTION, rawDays: 7 }, NOON);
    expect(await agesOf(log)).toEqual([6, 0]);
  });

  test('the oldest days go until the rest has room, and give it back', async () => {
    const { log, write, retain } = await make();
    await write(ofDays([4, 3, 2, 1, 0], 400));
    const before = await log.size();
    await retain({ ...DEFAULT_RETENTION, maxBytes: before }, NOON);
    expect(await agesOf(log)).toEqual([4, 3, 2, 1, 0]);
    const maxBytes = Math.round(before * 0.75);
    await retain({ ...DEFAULT_RETENTION, maxBytes }, NOON);
    const left = await agesOf(log);
    expect(left.length).toBeLessThan(5);
    expect(left).toEqual([4, 3, 2, 1, 0].slice(5 - left.length));
    expect(left.length).toBeGreaterThanOrEqual(2);
    expect(await log.size()).toBeLessThanOrEqual(maxBytes);
  });

  test('the rows of the last hour stay, whatever is asked for', async () => {
    const { log, write, retain } = await make();
    const midnight = Math.floor(NOON / DAY) * DAY;
    await write([
      ...ofDays([3, 2]),
      makeRecord({ time: midnight - HOUR / 2 }),
      makeRecord({ time: midnight + 9 }),
    ]);
    await retain({ rawDays: 1, rollupDays: 31, maxBytes: 1 }, midnight + HOUR);
    expect(await agesOf(log)).toEqual([1, 0]);
  });
});
