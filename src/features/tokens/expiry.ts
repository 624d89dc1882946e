import { DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { TokenPolicy } from './contract.ts';

const DEFAULT_DAYS = 90;
const MAX_LIFETIME = 'policy.maxLifetimeDays';

export async function readTokenPolicy(db: ReadDb): Promise<TokenPolicy> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('name', '=', MAX_LIFETIME)
    .executeTakeFirst();
  return { maxLifetimeDays: row === undefined ? null : Number(row.value) };
}

export async function writeTokenPolicy(tx: WriteDb, { maxLifetimeDays: days }: TokenPolicy): Promise<void> {
  await tx.deleteFrom('setting').where('name', '=', MAX_LIFETIME).execute();
  if (days !== null)
    await tx
      .insertInto('setting')
      .values({ name: MAX_LIFETIME, value: String(days) })
      .execute();
}

/** The expiry of a token that is not told any: 90 days from now, or what the policy allows. Unix milliseconds. */
export const defaultExpiry = ({ maxLifetimeDays }: TokenPolicy, now: number): number =>
  now + Math.min(DEFAULT_DAYS, maxLifetimeDays ?? DEFAULT_DAYS) * DAY;

/** The last expiry that the policy allows, or null: any. Unix milliseconds. */
export const latestExpiry = ({ maxLifetimeDays }: TokenPolicy, now: number): number | null =>
  maxLifetimeDays === null ? null : now + maxLifetimeDays * DAY;

/**
 * The expiry that was asked for (null: never), as Unix milliseconds. Refused with `expiry.past`, and with `expiry.cap`
 * where the policy does not allow it.
 */
export function checkExpiry(asked: Date | null, policy: TokenPolicy, now: number): number | null {
  if (asked !== null && asked.getTime() <= now)
    throw new Fault('expiry.past', { expiry: asked.toISOString() });
  const latest = latestExpiry(policy, now);
  if (latest !== null && (asked === null || asked.getTime() > latest))
    throw new Fault('expiry.cap', {
      expiry: asked === null ? 'never' : asked.toISOString(),
      days: policy.maxLifetimeDays,
      latest: new Date(latest).toISOString(),
    });
  return asked === null ? null : asked.getTime();
}
