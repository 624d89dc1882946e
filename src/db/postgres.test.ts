import { expect, inject, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../tests/support/cut.ts';
import { makeDatabase } from '../../tests/support/postgres.ts';
import { closePool, kyselyOverPostgres, openPool } from './postgres.ts';
import type { Schema } from './schema.ts';

test('a statement that has no answer in time is refused, and the next is asked on another connection', async () => {
  const url = await makeDatabase(inject('postgres'));
  const way = await startCuttable(Number(new URL(url).port));
  const pool = openPool(through(url, way.port), 1, 300);
  const db = kyselyOverPostgres<Schema>(pool, url);
  onTestFinished(async () => {
    await closePool(pool);
    await way.close();
  });
  const one = () => db.selectNoFrom((row) => row.val(1).as('one')).execute();
  const inTransaction = () =>
    db.transaction().execute((tx) => tx.selectNoFrom((row) => row.val(1).as('one')).execute());
  for (const ask of [one, inTransaction]) {
    expect(await ask()).toHaveLength(1);
    way.silence();
    await expect(ask()).rejects.toMatchObject({ code: 'database.unavailable' });
    // What was said before is lost for good, but new connections are not: the old one must not be used again.
    way.forget();
    expect(await ask()).toHaveLength(1);
  }
});
