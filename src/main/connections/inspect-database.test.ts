import { createRouterClient } from '@orpc/server';
import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { makeDatabase } from '../../../tests/support/postgres.ts';
import { Fault } from '../../base/faults.ts';
import { placeOfPostgres } from '../../db/place.ts';
import { makeKeyText } from '../../features/tokens/key.ts';
import { openInstance } from '../../instance.ts';
import { inspectDatabase, requireInstance } from './inspect-database.ts';

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (thrown: unknown) => {
      if (thrown instanceof Fault) return thrown.code;
      throw thrown;
    },
  );

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test('an empty database is new, stays empty, and is not opened', async () => {
  const url = await makeDatabase(inject('postgres'));
  expect(await inspectDatabase(url, makeKeyText())).toEqual({ isNew: true, hasAccounts: false });
  expect(await codeOf(requireInstance(url, makeKeyText()))).toBe('database.new');
  expect(await ask(url, "SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
});

test('an instance says whether anybody can sign in, and whose keys these are; an older one is not opened', async () => {
  const url = await makeDatabase(inject('postgres'));
  const keyText = makeKeyText();
  const instance = await openInstance({ place: placeOfPostgres({ url, keyText }), actor: 'os:tester' });
  expect(await inspectDatabase(url, keyText)).toEqual({ isNew: false, hasAccounts: false });
  const client = createRouterClient(instance.router, { context: instance.context });
  await client.admins.add({ name: 'ada', role: 'owner', password: 'correct horse battery' });
  await instance.close();
  expect(await inspectDatabase(url, null)).toEqual({ isNew: false, hasAccounts: true });
  expect(await codeOf(requireInstance(url, keyText))).toBe('none');
  expect(await codeOf(inspectDatabase(url, makeKeyText()))).toBe('key.invalid');
  await ask(url, 'DELETE FROM kysely_migration WHERE name = (SELECT max(name) FROM kysely_migration)');
  expect(await codeOf(requireInstance(url, keyText))).toBe('database.old');
});
