import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, test } from 'vitest';
import { kyselyOver, migrate, openSqlite } from '../open.ts';
import type { Schema } from '../schema.ts';
import { migrations } from './index.ts';

test('secrets from before keep their hash, get an id each, and a token has at most one on its way out', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'migration-'));
  const path = join(folder, 'instance.gatehouse');
  const file = openSqlite(path);
  const db = kyselyOver<Schema>(file);
  const before = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0004'));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => before } });
  expect((await migrator.migrateToLatest()).error).toBeUndefined();
  file.exec(`
    INSERT INTO user VALUES ('u', 'u@example.org', 'U', 'write', 1, 1);
    INSERT INTO token VALUES ('t', 'T', 'u', 'full', 1, '', 1, 'os:root', NULL, NULL, NULL);
    INSERT INTO token_secret VALUES (x'01', 'k', 't', 'shf_a', 1, NULL), (x'02', 'k', 't', 'shf_b', 0, 99);`);
  await migrate(db, path);
  const rows = await db.selectFrom('token_secret').selectAll().orderBy('hash').execute();
  expect(rows).toMatchObject([
    {
      hash: Buffer.from([1]),
      key_id: 'k',
      token_id: 't',
      prefix: 'shf_a',
      purpose: 'client',
      valid_until: null,
    },
    { hash: Buffer.from([2]), prefix: 'shf_b', purpose: 'demo', valid_until: 99 },
  ]);
  expect(new Set(rows.map((row) => row.id)).size).toBe(2);
  const add = (id: string, until: number | null) =>
    sql`INSERT INTO token_secret VALUES (${id}, ${Buffer.from(id)}, 'k', 't', 'p', 1, ${until}, 'client')`.execute(
      db,
    );
  await expect(add('second current', null)).rejects.toThrow('UNIQUE');
  await add('outgoing', 5);
  await expect(add('second outgoing', 6)).rejects.toThrow('UNIQUE');
  await db.destroy();
  await rm(folder, { recursive: true });
});
