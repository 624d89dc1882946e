import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('rules from before are found by their range, without a look at the others', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0012'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  file.exec(`INSERT INTO ip_rule VALUES ('a', '10.0.0.0/8', '', 1, 1), ('b', '192.0.2.1', '', 0, 2)`);
  await migrate(db, path);
  const byRange = `SELECT id FROM ip_rule WHERE range = '192.0.2.1'`;
  expect(file.prepare(byRange).pluck().all()).toEqual(['b']);
  expect(file.prepare(`EXPLAIN QUERY PLAN ${byRange}`).get()).toMatchObject({
    detail: expect.stringContaining('ip_rule_range'),
  });
  await db.destroy();
  rmSync(folder, { recursive: true });
});
