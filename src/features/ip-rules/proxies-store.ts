import type { ReadDb, SqliteFile, WriteDb } from '../../db/open.ts';

/** The row of `setting` that has them, canonical CIDR ranges as JSON; and what a change of policy calls them. */
export const TRUSTED_PROXIES = 'gateway.trustedProxies';

const listIn = (value: string | undefined): string[] => (value === undefined ? [] : JSON.parse(value));

/** The ranges of the proxies that the instance trusts, read in the caller's transaction. */
export function readTrustedProxies(file: SqliteFile): string[] {
  const row = file
    .prepare<[string], { value: string }>('SELECT value FROM setting WHERE name = ?')
    .get(TRUSTED_PROXIES);
  return listIn(row?.value);
}

export async function trustedProxies(db: ReadDb): Promise<string[]> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', TRUSTED_PROXIES)
    .executeTakeFirst();
  return listIn(row?.value);
}

export async function putTrustedProxies(tx: WriteDb, ranges: readonly string[]): Promise<void> {
  const value = JSON.stringify(ranges);
  await tx
    .insertInto('setting')
    .values({ name: TRUSTED_PROXIES, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
