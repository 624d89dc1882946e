import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeDatabase } from '../../tests/support/postgres.ts';
import { makeFile } from './instance-file.ts';
import { fold, inTransaction, migrate, openDatabase, openSqlite } from './open.ts';
import { openPool } from './postgres.ts';
import { readNow, readSnapshot, rowsOf } from './reads.ts';

const folder = mkdtempSync(join(tmpdir(), 'engines-'));
const file = join(folder, 'instance.gatehouse');
let url: string;
beforeAll(async () => {
  url = await makeDatabase(inject('postgres'));
  makeFile(file);
  const [lite, post] = [openDatabase({ engine: 'sqlite', file }), openDatabase({ engine: 'postgres', url })];
  await migrate(lite, file);
  await migrate(post, url);
  await Promise.all([lite.destroy(), post.destroy()]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('both engines', () => {
  test('have the same tables and columns, and the same of them may be empty', async () => {
    const lite = openSqlite(file, { readonly: true });
    const onSqlite = lite
      .prepare(
        `SELECT m.name AS "table", c.name AS "column", c."notnull" OR c.pk > 0 AS needed
         FROM sqlite_schema m JOIN pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE 'kysely%' AND m.name NOT LIKE 'sqlite%'`,
      )
      .all() as { table: string; column: string; needed: number }[];
    lite.close();
    const pool = openPool(url);
    const { rows } = await pool.query(
      `SELECT table_name AS "table", column_name AS "column", (is_nullable = 'NO')::int AS needed
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'kysely%'`,
    );
    await pool.end();
    const order = (list: typeof onSqlite) =>
      list.map(({ table, column, needed }) => `${table}.${column} ${needed}`).sort();
    const common = new Set(onSqlite.map(({ table }) => table));
    expect(order(rows.filter(({ table }) => common.has(table)))).toEqual(order(onSqlite));
  });

  test('fold text alike', async () => {
    const pool = openPool(url);
    for (const text of ['ÄÖÜ', 'e\u0301É', 'ΑΣ', 'İ', 'Straße', 'plain'])
      expect((await pool.query('SELECT fold($1) AS folded', [text])).rows[0].folded, text).toBe(fold(text));
    await pool.end();
  });

  test('answer what is read alike, numbers as numbers', async () => {
    const lite = openSqlite(file, { readonly: true });
    const pool = openPool(url);
    const read = () =>
      rowsOf<{ target: string; many: number }>(
        `SELECT target, per_hour, sum(burst_seconds) AS total, count(*) AS many FROM rate_limit
         WHERE target = ? AND per_hour > ? GROUP BY target, per_hour`,
        'default',
        5,
      );
    const answer = [{ target: 'default', per_hour: 10_000, total: 10, many: 1 }];
    expect(readNow(lite, read())).toEqual(answer);
    expect(await readSnapshot(pool, read())).toEqual(answer);
    lite.close();
    await pool.end();
  });

  test('let one transaction that writes follow the other', async () => {
    for (const database of [{ engine: 'sqlite', file } as const, { engine: 'postgres', url } as const]) {
      const [one, other] = [openDatabase(database), openDatabase(database)];
      const add = async (db: typeof one) => {
        for (let i = 0; i < 20; i++)
          await inTransaction(db, async (tx) => {
            const row = await tx
              .selectFrom('setting')
              .select('value')
              .where('name', '=', 'n')
              .executeTakeFirst();
            const value = String(Number(row?.value ?? 0) + 1);
            await tx
              .insertInto('setting')
              .values({ name: 'n', value })
              .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
              .execute();
          });
      };
      await Promise.all([add(one), add(other), add(one)]);
      const { rows } = await sql<{ value: string }>`SELECT value FROM setting WHERE name = 'n'`.execute(one);
      expect(rows, database.engine).toEqual([{ value: '60' }]);
      await Promise.all([one.destroy(), other.destroy()]);
    }
  });
});
