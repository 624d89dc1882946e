import type { ClientBase } from 'pg';
import { DAY } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import type { Grain } from '../../usage/rollup.ts';
import { keptSince } from '../retention.ts';
import { newestRowLater } from './log.ts';
import { dropPartition, listPartitions } from './partitions.ts';

/**
 * As `applyRetention`, on Postgres. One gateway at a time: beside one that is at it, this does nothing.
 * @returns the days that were deleted
 */
export async function applyRetentionLater(client: ClientBase, clockNow: number): Promise<number[]> {
  const { rows } = await client.query(`SELECT pg_try_advisory_lock(${LOCKS.retention}) AS mine`);
  if (!rows[0].mine) return [];
  const kept = keptSince(clockNow, await newestRowLater(client));
  const dropped = (await listPartitions(client)).filter((day) => day < kept.rawDay);
  for (const day of dropped) await dropPartition(client, day);
  await client.query('DELETE FROM seen WHERE day < $1', [kept.rawDay]);
  await forgetBefore(client, 'minute', kept.rawDay * DAY);
  await forgetBefore(client, 'quarter', kept.rollupDay * DAY);
  await client.query('DELETE FROM trial_refusal WHERE bucket < $1', [kept.rawDay * DAY]);
  await client.query(`SELECT pg_advisory_unlock(${LOCKS.retention})`);
  return dropped;
}

/** Deletes the roll-ups of buckets before `time`, a token at a time: each is one stretch of the primary key. */
async function forgetBefore(client: ClientBase, grain: Grain, time: number): Promise<void> {
  await client.query(
    `WITH RECURSIVE rolled_up (token_id) AS (
       SELECT min(token_id) FROM ${grain}
       UNION ALL
       SELECT (SELECT min(g.token_id) FROM ${grain} g WHERE g.token_id > r.token_id)
       FROM rolled_up r WHERE r.token_id IS NOT NULL
     )
     DELETE FROM ${grain} g USING rolled_up r WHERE g.token_id = r.token_id AND g.bucket < $1`,
    [time],
  );
}
