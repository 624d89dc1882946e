import { type Clock, systemClock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { type DatabaseState, readDatabaseState, withDatabase } from '../db/instance-database.ts';
import type { InstancePlace } from '../db/place.ts';
import { openPool } from '../db/postgres.ts';
import { type Reads, readSnapshot } from '../db/reads.ts';
import { type CheckResult, type Finding, fail, messageOf, ok } from './check.ts';
import { checkCountedRows } from './checks/counted-rows.ts';
import { checkGateways } from './checks/gateways.ts';
import { checkKey } from './checks/key.ts';
import { checkSchema } from './checks/schema.ts';
import { checkTwoClocks } from './checks/two-clocks.ts';

/**
 * Looks an instance in a Postgres database over, beside gateways that serve or none, and changes nothing. What needs a
 * schema of this version is only looked at in one. Refused with `database.invalid` where there is no instance.
 */
export async function examineOnPostgres(
  place: InstancePlace,
  url: string,
  clock: Clock = systemClock,
): Promise<CheckResult[]> {
  const { result, state } = await reached(url);
  if (state === null) return [result];
  if (!state.made)
    throw new Fault('database.invalid', { name: place.name, detail: 'it has no instance yet' });
  const pool = openPool(url, 1);
  const made = async (name: string, check: Reads<Finding>): Promise<CheckResult> => {
    try {
      return { name, ...(await readSnapshot(pool, check)) };
    } catch (thrown) {
      return { name, ...fail(`It could not be checked: ${messageOf(thrown)}`, LOOK) };
    }
  };
  try {
    const results = [
      result,
      await made('key', checkKey(place)),
      { name: 'schema', ...checkSchema(state) },
      await made(
        'clock',
        checkTwoClocks(() => clock.now()),
      ),
    ];
    if (state.pending.length > 0) return results;
    return [
      ...results,
      await made('gateways', checkGateways(clock.now())),
      await made('rollups', checkCountedRows()),
    ];
  } finally {
    await pool.end();
  }
}

const LOOK = "Look into the database's own log.";

/** A database that cannot be used is what was found, not a reason to say nothing. */
async function reached(url: string): Promise<{ result: CheckResult; state: DatabaseState | null }> {
  const name = 'database';
  try {
    const state = await withDatabase(url, (client) => readDatabaseState(client, url));
    return { result: { name, ...ok('It can be reached, and is the database of an instance.') }, state };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return {
      result: { name, ...fail(thrown.message, 'See that the server runs, and who may connect to it how.') },
      state: null,
    };
  }
}
