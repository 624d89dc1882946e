import type { ReadDb, WriteDb } from '../../db/open.ts';
import { type Reads, readSetting } from '../../db/reads.ts';

/** The row of `setting` that has them, canonical CIDR ranges as JSON; and what a change of policy calls them. */
export const TRUSTED_PROXIES = 'gateway.trustedProxies';

const listIn = (value: string | undefined): string[] => (value === undefined ? [] : JSON.parse(value));

/** The ranges of the proxies that the instance trusts. */
export function* readTrustedProxies(): Reads<string[]> {
  return listIn(yield* readSetting(TRUSTED_PROXIES));
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
