import type { ClientBase } from 'pg';
import { LOCKS } from '../../db/postgres.ts';
import {
  addOldRows,
  OLD_GRAINS,
  OLD_ROWS,
  type OldGrain,
  type OldRow,
  prepareForOldRows,
  wholeBuckets,
} from './old-cells.ts';
import { writeLater } from './postgres-rollup.ts';

/** Runs one piece of work on a connection that lasts from one to the next, unless it is lost. */
export type Run = <T>(work: (client: ClientBase) => Promise<T>) => Promise<T>;

/** As `takeOldRollups`, on Postgres; beside other gateways, which add to the roll-ups meanwhile. */
export async function takeOldRollupsLater(run: Run): Promise<void> {
  for (let grain = await nextGrain(run); grain !== null; grain = await nextGrain(run))
    while (await takeSome(run, grain));
}

/** The first of the old tables that is still there. */
async function nextGrain(run: Run): Promise<OldGrain | null> {
  for (const grain of Object.keys(OLD_GRAINS) as OldGrain[]) {
    const { rows } = await run((client) => client.query('SELECT to_regclass($1) AS found', [grain]));
    if (rows[0].found !== null) return grain;
  }
  return null;
}

/** @returns false where there was nothing more to take, and the table is gone */
const takeSome = (run: Run, grain: OldGrain): Promise<boolean> =>
  inLock(run, async (client) => {
    // Another gateway may have been quicker.
    const { rows: found } = await client.query('SELECT to_regclass($1) AS found', [grain]);
    if (found[0].found === null) return false;
    if (grain === 'quarter') {
      const { rows } = await client.query("SELECT max(bucket) AS newest FROM quarter WHERE token_id = '*'");
      if (rows[0].newest !== null) await writeLater(client, prepareForOldRows(rows[0].newest));
    }
    const { rows: read } = await client.query<OldRow>(
      `SELECT * FROM ${grain} ORDER BY token_id, bucket LIMIT ${OLD_ROWS}`,
    );
    const rows = wholeBuckets(read);
    const last = rows.at(-1);
    if (last === undefined) {
      await client.query(`DROP TABLE ${grain}`);
      return false;
    }
    await writeLater(client, addOldRows(grain, rows));
    await client.query(`DELETE FROM ${grain} WHERE (token_id, bucket) <= ($1, $2)`, [
      last.token_id,
      last.bucket,
    ]);
    return true;
  });

/** Works in a transaction that has the lock of the logs. */
export const inLock = <T>(run: Run, work: (client: ClientBase) => Promise<T>): Promise<T> =>
  run(async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT pg_advisory_xact_lock(${LOCKS.logs})`);
    const answer = await work(client);
    await client.query('COMMIT');
    return answer;
  });
