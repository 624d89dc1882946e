import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('shifts and attendance from before are found through the new indexes, each once and in time order', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0003'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  file.exec(`
    INSERT INTO business_unit VALUES ('b', 'Retail'), ('c', 'Care');
    INSERT INTO location VALUES ('l', 'North');
    INSERT INTO employee VALUES ('e', 'E', 'e@example.org', 'Clerk', 'active', 'b', 'l', 1);
    INSERT INTO shift VALUES ('s2', 'e', 'b', 'l', 20, 30, 'draft', ''), ('s1', 'e', 'b', 'l', 10, 15, 'draft', ''),
      ('s3', 'e', 'c', 'l', 15, 16, 'published', '');
    INSERT INTO attendance VALUES ('a2', 's2', 'e', 'b', 'l', 21, NULL), ('a1', NULL, 'e', 'b', 'l', 11, 12),
      ('a3', NULL, 'e', 'c', 'l', 15, NULL);`);
  await migrate(db, path);
  const found = (index: string, where: string, by: string) =>
    file
      .prepare(`SELECT id FROM ${index.split('_')[0]} INDEXED BY ${index} WHERE ${where} ORDER BY ${by}`)
      .pluck()
      .all();
  expect(found('shift_unit', `business_unit_id = 'b'`, 'start_at')).toEqual(['s1', 's2']);
  expect(found('shift_status', `status = 'draft'`, 'start_at')).toEqual(['s1', 's2']);
  const here = (unit: string) => `business_unit_id = '${unit}' AND location_id = 'l'`;
  expect(found('shift_place', here('c'), 'start_at')).toEqual(['s3']);
  expect(found('attendance_employee', `employee_id = 'e'`, 'clock_in_at')).toEqual(['a1', 'a3', 'a2']);
  expect(found('attendance_location', `location_id = 'l'`, 'clock_in_at')).toEqual(['a1', 'a3', 'a2']);
  expect(found('attendance_unit', `business_unit_id = 'b'`, 'clock_in_at')).toEqual(['a1', 'a2']);
  expect(found('attendance_place', here('c'), 'clock_in_at')).toEqual(['a3']);
  await db.destroy();
  await rm(folder, { recursive: true });
});
