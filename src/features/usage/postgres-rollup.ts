import type { ClientBase } from 'pg';
import type { Counted } from './rollup.ts';
import { GRAINS, type Grain, type RollupRow, rollUp } from './rollup.ts';

/** Adds requests to the roll-ups, in the caller's transaction. Others that do so wait for its lock. */
export async function addToRollupsLater(client: ClientBase, requests: readonly Counted[]): Promise<void> {
  if (requests.length === 0) return;
  const { trials, ...rows } = rollUp(requests);
  for (const grain of Object.keys(GRAINS) as Grain[]) await write(client, grain, rows[grain]);
  if (trials.length === 0) return;
  await client.query({
    name: 'trials',
    text: `INSERT INTO trial_refusal (bucket, token_id, refused_by, count)
      SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
      ON CONFLICT (bucket, token_id, refused_by) DO UPDATE SET count = trial_refusal.count + excluded.count`,
    values: [
      trials.map(({ bucket }) => bucket),
      trials.map(({ tokenId }) => tokenId),
      trials.map(({ refusedBy }) => refusedBy),
      trials.map(({ count }) => count),
    ],
  });
}

const COLUMNS = ['text', 'bigint', 'text', 'text', 'int', 'text', 'bigint', 'bigint'] as const;

const write = (client: ClientBase, grain: Grain, rows: readonly RollupRow[]) =>
  client.query({
    name: `rollup ${grain}`,
    text: `INSERT INTO ${grain} AS known (token_id, bucket, endpoint, tag, status, reason, count, duration_us)
      SELECT * FROM unnest(${COLUMNS.map((type, at) => `$${at + 1}::${type}[]`).join(', ')})
      ON CONFLICT (token_id, bucket, endpoint, tag, status, reason)
      DO UPDATE SET count = known.count + excluded.count, duration_us = known.duration_us + excluded.duration_us`,
    values: COLUMNS.map((_, at) => rows.map((row) => row[at])),
  });
