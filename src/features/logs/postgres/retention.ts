import { DAY } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import { forgetBeforeLater } from '../../usage/postgres-forget.ts';
import { type Run, takeOldRollupsLater } from '../../usage/postgres-old-rollups.ts';
import { keptSince } from '../retention.ts';
import { newestRowLater } from './log.ts';
import { dropPartition, listPartitions } from './partitions.ts';

/**
 * As `applyRetention`, on Postgres, in pieces that each are short. One gateway at a time: beside one that is at it, this
 * does nothing.
 * @returns the days that were deleted
 */
export async function applyRetentionLater(run: Run, clockNow: number): Promise<number[]> {
  const lock = (sql: string) =>
    run(async (client) => (await client.query(`SELECT ${sql}(${LOCKS.retention}) AS done`)).rows[0].done);
  if (!(await lock('pg_try_advisory_lock'))) return [];
  await takeOldRollupsLater(run);
  const newest = await run((client) => newestRowLater(client));
  const { rawDay, rollupDay } = keptSince(clockNow, newest);
  const dropped = (await run((client) => listPartitions(client))).filter((day) => day < rawDay);
  for (const day of dropped) await run((client) => dropPartition(client, day));
  await run((client) => client.query('DELETE FROM seen WHERE day < $1', [rawDay]));
  await forgetBeforeLater(run, 'minute', rawDay * DAY);
  await forgetBeforeLater(run, 'quarter', rollupDay * DAY);
  await run((client) => client.query('DELETE FROM trial_refusal WHERE bucket < $1', [rawDay * DAY]));
  await lock('pg_advisory_unlock');
  return dropped;
}
