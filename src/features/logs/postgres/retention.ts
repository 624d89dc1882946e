import type { ClientBase } from 'pg';
import { DAY } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import type { Grain } from '../../usage/rollup.ts';
import { keptSince } from '../retention.ts';
import { newestRowLater } from './log.ts';
import { dropPartition, listPartitions } from './partitions.ts';

/** Runs one piece of work on a connection that lasts from one to the next, unless it is lost. */
type Run = <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>;

/** Of so many tokens roll-ups are deleted in one statement. */
const TOKENS = 50;

/**
 * As `applyRetention`, on Postgres, in pieces that each are short. One gateway at a time: beside one that is at it, this
 * does nothing.
 * @returns the days that were deleted
 */
export async function applyRetentionLater(run: Run, clockNow: number): Promise<number[]> {
  const lock = (sql: string) =>
    run(async (client) => (await client.query(`SELECT ${sql}(${LOCKS.retention}) AS done`)).rows[0].done);
  if (!(await lock('pg_try_advisory_lock'))) return [];
  const newest = await run((client) => newestRowLater(client));
  const { rawDay, rollupDay } = keptSince(clockNow, newest);
  const dropped = (await run((client) => listPartitions(client))).filter((day) => day < rawDay);
  for (const day of dropped) await run((client) => dropPartition(client, day));
  await run((client) => client.query('DELETE FROM seen WHERE day < $1', [rawDay]));
  await forgetBefore(run, 'minute', rawDay * DAY);
  await forgetBefore(run, 'quarter', rollupDay * DAY);
  await run((client) => client.query('DELETE FROM trial_refusal WHERE bucket < $1', [rawDay * DAY]));
  await lock('pg_advisory_unlock');
  return dropped;
}

/** Deletes the roll-ups of buckets before `time`, some tokens at a time: each is one stretch of the primary key. */
async function forgetBefore(run: Run, grain: Grain, time: number): Promise<void> {
  const tokens = await run((client) => client.query<{ token_id: string }>(rolledUpTokens(grain)));
  for (let at = 0; at < tokens.rows.length; at += TOKENS) {
    const some = tokens.rows.slice(at, at + TOKENS).map(({ token_id }) => token_id);
    await run((client) =>
      client.query(`DELETE FROM ${grain} WHERE token_id = ANY($1) AND bucket < $2`, [some, time]),
    );
  }
}

/** Every token that has roll-ups: one look-up each, however many rows there are. */
const rolledUpTokens = (grain: Grain): string => `
  WITH RECURSIVE rolled_up (token_id) AS (
    SELECT min(token_id) FROM ${grain}
    UNION ALL
    SELECT (SELECT min(g.token_id) FROM ${grain} g WHERE g.token_id > r.token_id)
    FROM rolled_up r WHERE r.token_id IS NOT NULL
  )
  SELECT token_id FROM rolled_up WHERE token_id IS NOT NULL`;
