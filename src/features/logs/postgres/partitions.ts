import type { ClientBase } from 'pg';
import { SECOND } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import { dayFromName, dayName } from '../row-ids.ts';
import type { Queries } from './queries.ts';

/** The table of a UTC day's rows. */
export const partitionOf = (day: number): string => `request_${dayName(day).replaceAll('-', '_')}`;

/** How long a partition's end may hold up who reads the log, in milliseconds. */
const DROP_WAIT = SECOND;

/** Makes a day's table where there is none; any number of writers may do that at once, and nobody waits for it. */
export async function ensurePartition(client: ClientBase, day: number): Promise<void> {
  const name = partitionOf(day);
  await client.query('BEGIN');
  await client.query(`SELECT pg_advisory_xact_lock(${LOCKS.logs})`);
  const { rows } = await client.query('SELECT to_regclass($1) IS NULL AS missing', [name]);
  if (rows[0].missing) {
    // Made and then attached: a table that is made as a partition waits for all who read the log.
    await client.query(`CREATE TABLE ${name} (LIKE request INCLUDING ALL)`);
    await client.query(
      `ALTER TABLE request ATTACH PARTITION ${name} FOR VALUES FROM (${day}) TO (${day + 1})`,
    );
  }
  await client.query('COMMIT');
}

/** Deletes the rows of a day, with its table. */
export async function dropPartition(client: ClientBase, day: number): Promise<void> {
  await client.query('BEGIN');
  await client.query(`SET LOCAL lock_timeout = ${DROP_WAIT}`);
  await client.query(`DROP TABLE IF EXISTS ${partitionOf(day)}`);
  await client.query('COMMIT');
}

/** The days that have a table, newest first. */
export async function listPartitions(client: Queries): Promise<number[]> {
  return (await partitions(client, '0')).map(({ day }) => day);
}

/** What the table of each day takes on the disk, with its indexes; newest first. */
export const partitionSizes = (client: Queries): Promise<{ day: number; bytes: number }[]> =>
  partitions(client, 'pg_total_relation_size(c.oid)');

async function partitions(client: Queries, bytes: string): Promise<{ day: number; bytes: number }[]> {
  const { rows } = await client.query<{ name: string; bytes: number }>(
    `SELECT c.relname AS name, ${bytes}::bigint AS bytes
     FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'request'::regclass`,
  );
  return rows
    .flatMap(({ name, bytes }) => {
      const day = dayFromName(name.slice('request_'.length).replaceAll('_', '-'));
      // Null while another drops it.
      return day === null ? [] : [{ day, bytes: bytes ?? 0 }];
    })
    .sort((a, b) => b.day - a.day);
}
