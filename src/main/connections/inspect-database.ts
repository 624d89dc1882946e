import { Fault } from '../../base/faults.ts';
import { readDatabaseState, withDatabase } from '../../db/instance-database.ts';
import { withoutPassword } from '../../db/place.ts';
import { kyselyOverPostgres, openPool } from '../../db/postgres.ts';
import type { Schema } from '../../db/schema.ts';
import { hasAccounts } from '../../features/admins/accounts-store.ts';
import { KEY_VARIABLE, keepKeys } from '../../features/tokens/key-ring.ts';
import { keyInForce } from '../../features/tokens/key-store.ts';

/**
 * Refuses to open what would be made, or brought up to date, by being opened: that is for whoever runs the gateways.
 * @throws Fault as inspectDatabase, and `database.new`
 */
export async function requireInstance(url: string, keyText: string | null): Promise<void> {
  const { isNew } = await inspectDatabase(url, keyText);
  if (isNew) throw new Fault('database.new', { name: withoutPassword(url), variable: KEY_VARIABLE });
}

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
    const { made, pending } = await readDatabaseState(client, url);
    if (!made) return { isNew: true, hasAccounts: false };
    // The gateways of several machines depend on it as it is.
    if (pending.length > 0) throw new Fault('database.old', { name: withoutPassword(url) });
    const db = kyselyOverPostgres<Schema>(openPool(url, 1), url);
    try {
      if (keyText !== null) await keyInForce(db, keepKeys({ keyFile: null, keyText }));
      return { isNew: false, hasAccounts: await hasAccounts(db) };
    } finally {
      await db.destroy();
    }
  });
