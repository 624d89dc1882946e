import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('a report from before counts as computed over everything', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const db = kyselyOver<Schema>(openSqlite(path));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  expect((await migrator.migrateTo('0001_first')).error).toBeUndefined();
  const old = {
    from_at: 0,
    to_at: 1,
    business_unit_id: null,
    location_id: null,
    created_at: 1,
    result: '[]',
  };
  await db
    .insertInto('report')
    .values({ id: 'r', kind: 'hours', ...old })
    .execute();
  await migrate(db, path);
  const row = await db.selectFrom('report').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({ id: 'r', ...old });
  expect(JSON.parse(row.covers)).toEqual({ businessUnits: null, locations: null, userGroups: null });
  await db.destroy();
  await rm(folder, { recursive: true });
});
