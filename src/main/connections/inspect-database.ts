import { sql } from 'kysely';
import { asDatabaseFault } from '../../db/database-faults.ts';
import { withoutPassword } from '../../db/place.ts';
import { kyselyOverPostgres, openPool } from '../../db/postgres.ts';
import type { Schema } from '../../db/schema.ts';
import { hasAccounts } from '../../features/admins/accounts-store.ts';
import { keepKeys } from '../../features/tokens/key-ring.ts';
import { keyInForce } from '../../features/tokens/key-store.ts';

/**
 * What is in a database, and whether these are its instance's keys. Nothing is made or changed.
 * @param key the instance's keys, as its key file has them; null: without
 * @throws Fault `database.*`, `key.invalid`
 */
export async function inspectDatabase(
  url: string,
  key: string | null,
): Promise<{ isNew: boolean; hasAccounts: boolean }> {
  const keys = key === null ? null : keepKeys({ keyFile: null, keyText: key });
  const db = kyselyOverPostgres<Schema>(openPool(url, 1));
  try {
    const { rows } = await sql<{
      known: boolean;
    }>`SELECT to_regclass('admin_account') IS NOT NULL AS known`.execute(db);
    if (!rows[0]?.known) return { isNew: true, hasAccounts: false };
    if (keys !== null) await keyInForce(db, keys);
    return { isNew: false, hasAccounts: await hasAccounts(db) };
  } catch (thrown) {
    throw asDatabaseFault(thrown, withoutPassword(url)) ?? thrown;
  } finally {
    await db.destroy();
  }
}
