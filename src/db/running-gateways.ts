import { hostname } from 'node:os';
import { SECOND } from '../base/clock.ts';
import { isLoopback } from '../base/loopback.ts';
import { takeFileLock } from './file-lock.ts';
import type { ReadDb } from './open.ts';
import type { InstancePlace } from './place.ts';

/** On Postgres a gateway that has not said for so long that it runs is taken for gone. */
export const GONE_AFTER = 20 * SECOND;

/** A gateway that serves the instance now. */
export interface RunningGateway {
  /** The name of its machine. */
  readonly host: string;
  /** Where it listens, as this machine can reach it; null: it has not said so yet, or this machine cannot. */
  readonly origin: string | null;
}

/** @param now Unix milliseconds */
export async function runningGateways(
  db: ReadDb,
  { database }: Pick<InstancePlace, 'database'>,
  now: number,
): Promise<RunningGateway[]> {
  if (database.engine === 'postgres') {
    const rows = await db
      .selectFrom('gateway')
      .select(['host', 'address'])
      .where('stopped_at', 'is', null)
      .where('seen_at', '>', now - GONE_AFTER)
      .orderBy('number')
      .execute();
    return rows.map(({ host, address }) => ({ host, origin: originOf(address, host === hostname()) }));
  }
  // The row is only meant while somebody holds the lock.
  const lock = takeFileLock(database.file);
  lock?.release();
  if (lock !== null) return [];
  const row = await db.selectFrom('gateway_process').select('address').executeTakeFirst();
  return [{ host: hostname(), origin: originOf(row?.address ?? null, true) }];
}

/** @param here does it run on this machine? */
function originOf(address: string | null, here: boolean): string | null {
  if (address === null) return null;
  const url = new URL(address);
  const any = url.hostname === '0.0.0.0' || url.hostname === '[::]';
  if (!here) return any || isLoopback(url.hostname.replace(/^\[|\]$/g, '')) ? null : url.origin;
  if (any) url.hostname = url.hostname === '[::]' ? '[::1]' : '127.0.0.1';
  return url.origin;
}
