import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('an instance from before the audit log keeps its rows, and has an empty log that takes each number once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0007'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  file.exec(`
    INSERT INTO user VALUES ('u', 'u@example.org', 'U', 'write', 1, 1);
    INSERT INTO token VALUES ('t', 'T', 'u', 'full', 1, '', 1, 'os:root', NULL, NULL, NULL);
    INSERT INTO setting VALUES ('key.id', 'k');`);
  await migrate(db, path);
  expect(await db.selectFrom('token').selectAll().execute()).toMatchObject([
    { id: 't', created_by: 'os:root' },
  ]);
  expect(await db.selectFrom('setting').selectAll().execute()).toEqual([{ name: 'key.id', value: 'k' }]);
  expect(await db.selectFrom('audit_entry').selectAll().execute()).toEqual([]);
  const add = (seq: string) =>
    file.exec(`INSERT INTO audit_entry VALUES (${seq}, 1, 'a', 'b', 'c', '', '', NULL, '{}', 'k', 'm')`);
  add('1');
  expect(() => add('1')).toThrow('UNIQUE');
  expect(() => add(`'one'`)).toThrow();
  await db.destroy();
  await rm(folder, { recursive: true });
});
