import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('limits, changes of the policy and tokens from before stay as they were, and nothing is on trial or reset', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0005'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  file.exec(`
    INSERT INTO user VALUES ('u', 'u@example.org', 'U', 'write', 1, 1);
    INSERT INTO token VALUES ('t', 'T', 'u', 'full', 1, '', 1, 'os:root', NULL, NULL, NULL);
    INSERT INTO token_secret VALUES ('s', x'01', 'k', 't', 'shf_a', 1, NULL, 'client');
    INSERT INTO rate_limit VALUES ('instance', 9000, 90, 9), ('t', 70, 7, 3600);
    UPDATE rate_limit SET per_hour = 500 WHERE target = 'default';
    INSERT INTO policy_change (version, kind, entity, at) VALUES (41, 'limits', 't', 5);`);
  const kept = ['user', 'token', 'token_secret', 'rate_limit', 'policy_change'];
  const rowsOf = (table: string) => file.prepare(`SELECT * FROM ${table}`).all();
  const rows = kept.map(rowsOf);

  await migrate(db, path);

  expect(kept.map(rowsOf)).toEqual(rows);
  expect(file.prepare('SELECT * FROM rate_limit ORDER BY target').all()).toEqual([
    { target: 'default', per_hour: 500, burst_requests: 100, burst_seconds: 10 },
    { target: 'instance', per_hour: 9_000, burst_requests: 90, burst_seconds: 9 },
    { target: 't', per_hour: 70, burst_requests: 7, burst_seconds: 3_600 },
  ]);
  for (const table of ['rate_limit_trial', 'limit_reset', 'clock_mark']) expect(rowsOf(table)).toEqual([]);

  // A version that a gateway has seen is never given again, nor is the id of a reset that was replaced.
  const change = file.prepare(`INSERT INTO policy_change (kind, entity, at) VALUES ('limits', 't', 6)`);
  expect(change.run().lastInsertRowid).toBe(42);
  const reset = file.prepare(
    `INSERT INTO limit_reset (target, boot, monotonic, wall) VALUES ('t', NULL, 1, 1)`,
  );
  expect(reset.run().lastInsertRowid).toBe(1);
  expect(() => reset.run()).toThrow('UNIQUE');
  file.exec(`DELETE FROM limit_reset`);
  expect(reset.run().lastInsertRowid).toBe(2);
  expect(() => file.exec(`INSERT INTO rate_limit_trial VALUES ('t', 0, 1, 1)`)).toThrow('CHECK');
  await db.destroy();
  await rm(folder, { recursive: true });
});
