import { readDatabaseState, withDatabase } from '../../db/instance-database.ts';
import { kyselyOverPostgres, openPool } from '../../db/postgres.ts';
import type { Schema } from '../../db/schema.ts';
import { hasAccounts } from '../../features/admins/accounts-store.ts';
import { keepKeys } from '../../features/tokens/key-ring.ts';
import { keyInForce } from '../../features/tokens/key-store.ts';

/**
 * What is in a database, and whether these are its instance's keys. Nothing is made or changed.
 * @param keyText the instance's keys, as its key file has them; null: without
 * @throws Fault `database.*`, `key.invalid`
 */
export const inspectDatabase = (
  url: string,
  keyText: string | null,
): Promise<{ isNew: boolean; hasAccounts: boolean }> =>
  withDatabase(url, async (client) => {
    if (!(await readDatabaseState(client, url)).made) return { isNew: true, hasAccounts: false };
    const db = kyselyOverPostgres<Schema>(openPool(url, 1), url);
    try {
      if (keyText !== null) await keyInForce(db, keepKeys({ keyFile: null, keyText }));
      return { isNew: false, hasAccounts: await hasAccounts(db) };
    } finally {
      await db.destroy();
    }
  });
