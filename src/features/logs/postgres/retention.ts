import { DAY } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import { readLater } from '../../../db/reads.ts';
import { keptSince } from '../../retention/kept.ts';
import { readRetention } from '../../retention/policy.ts';
import { forgetBeforeLater } from '../../usage/postgres-forget.ts';
import { type Run, takeOldRollupsLater } from '../../usage/postgres-old-rollups.ts';
import { newestRowLater } from './log.ts';
import { dropPartition, partitionSizes } from './partitions.ts';

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
  const policy = await run((client) => readLater(client, readRetention()));
  const { rawDay, minuteDay, rollupDay, lastHourDay } = keptSince(policy, clockNow, newest);
  const days = await run((client) => partitionSizes(client));
  const kept = days.filter(({ day }) => day >= rawDay);
  const dropped = [
    ...days.map(({ day }) => day).filter((day) => day < rawDay),
    ...beyond(kept, policy.maxBytes, lastHourDay),
  ];
  for (const day of dropped) await run((client) => dropPartition(client, day));
  const oldest = Math.max(rawDay, ...dropped.map((day) => day + 1));
  await run((client) => client.query('DELETE FROM seen WHERE day < $1', [oldest]));
  await forgetBeforeLater(run, 'minute', minuteDay * DAY);
  await forgetBeforeLater(run, 'quarter', rollupDay * DAY);
  await run((client) => client.query('DELETE FROM trial_refusal WHERE bucket < $1', [minuteDay * DAY]));
  await lock('pg_advisory_unlock');
  return dropped;
}

/**
 * The oldest of some days, so many that the rest has room.
 * @param days newest first
 */
function beyond(
  days: readonly { day: number; bytes: number }[],
  maxBytes: number | null,
  lastHourDay: number,
): number[] {
  if (maxBytes === null) return [];
  let bytes = 0;
  return days.flatMap((one) => {
    bytes += one.bytes;
    return bytes > maxBytes && one.day < lastHourDay ? [one.day] : [];
  });
}
