import pg from 'pg';
import { Fault } from '../base/faults.ts';
import { postgresMigrations } from './migrations/index.ts';
import { withoutPassword } from './place.ts';
import { clientConfig, LOCKS } from './postgres.ts';
import { addressOf, asDatabaseFault } from './postgres-faults.ts';
import { GONE_AFTER } from './running-gateways.ts';
import type { SchemaState } from './schema-state.ts';

/** The first with all that is used: `normalize`, `gen_random_uuid`. */
const OLDEST = 13;

/** What a Postgres database has of an instance. */
export interface DatabaseState extends SchemaState {
  /** Is there an instance? Not while one is being made. */
  readonly made: boolean;
}

/** A connection of its own to a database for as long as `work` takes. Faults as asDatabaseFault's. */
export async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  let client: pg.Client | null = null;
  try {
    // What the URL names, as a certificate, is read here.
    client = new pg.Client(clientConfig(url));
    // Who uses it when it is lost hears of it there.
    client.on('error', () => undefined);
    await client.connect();
    return await work(client);
  } catch (thrown) {
    throw asDatabaseFault(thrown, url);
  } finally {
    await client?.end();
  }
}

/**
 * Looks at a database without a change to it. Refused with `database.invalid` where it is another program's, from a
 * newer version than this, or nothing that this can work with, and with `database.denied` where its schema is not that of
 * this version and this user may not bring it there.
 */
export async function readDatabaseState(client: pg.Client, url: string): Promise<DatabaseState> {
  const refuse = (detail: string) => new Fault('database.invalid', { name: withoutPassword(url), detail });
  const [server] = await rows<{
    version: number;
    encoding: string;
    schema: string | null;
    makes: boolean | null;
  }>(
    client,
    `SELECT current_setting('server_version_num')::int / 10000 AS version,
       current_setting('server_encoding') AS encoding, current_schema() AS schema,
       has_schema_privilege(current_schema(), 'CREATE') AS makes`,
  );
  if (server === undefined) throw new Error('Postgres says nothing of itself');
  if (server.version < OLDEST)
    throw refuse(`it is on Postgres ${server.version}, and ${OLDEST} is the oldest that will do`);
  if (server.encoding !== 'UTF8') throw refuse(`its encoding is ${server.encoding}, and must be UTF8`);
  if (server.schema === null) throw refuse('this user has no schema there to make tables in');
  const tables = new Set(
    (
      await rows<{ name: string }>(
        client,
        'SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = current_schema()',
      )
    ).map(({ name }) => name),
  );
  // Of an instance that is just being made, there may be only the migrator's tables.
  if (tables.size > 0 && !tables.has('kysely_migration') && !tables.has('kysely_migration_lock'))
    throw refuse('it is the database of another program');
  const done = tables.has('kysely_migration')
    ? (await rows<{ name: string }>(client, 'SELECT name FROM kysely_migration ORDER BY name')).map(
        ({ name }) => name,
      )
    : [];
  const newer = done.find((name) => !(name in postgresMigrations));
  if (newer !== undefined) throw refuse(`it has a change that this version does not know (${newer})`);
  const made =
    tables.has('setting') &&
    (await rows(client, `SELECT 1 FROM setting WHERE name = 'instance.id'`)).length > 0;
  const pending = Object.keys(postgresMigrations).filter((name) => !done.includes(name));
  if (pending.length > 0 && server.makes !== true)
    throw new Fault('database.denied', {
      address: addressOf(url),
      detail: `this user may not make tables in the schema ${server.schema}`,
    });
  return { made, at: done.at(-1) ?? null, pending };
}

/**
 * Refused with `gateway.busy` where a gateway says that it serves the instance.
 * @param now Unix milliseconds
 */
export async function refuseServed(client: pg.Client, now: number): Promise<void> {
  const [known] = await rows<{ known: boolean }>(
    client,
    `SELECT to_regclass('gateway') IS NOT NULL AS known`,
  );
  if (!known?.known) return;
  const { rows: found } = await client.query(
    'SELECT pid, host, address FROM gateway WHERE stopped_at IS NULL AND seen_at > $1 ORDER BY number',
    [now - GONE_AFTER],
  );
  const [gateway] = found as { pid: number; host: string; address: string | null }[];
  if (gateway !== undefined)
    throw new Fault('gateway.busy', {
      what: 'instance',
      pid: gateway.pid,
      address: `${gateway.address ?? 'an address that it has not said yet'} (on ${gateway.host})`,
    });
}

/** Waits until no other process makes an instance there; this one may until the connection ends. */
export const lockMaking = async (client: pg.Client): Promise<void> => {
  await client.query(`SELECT pg_advisory_lock(${LOCKS.making})`);
};

const rows = async <Row>(client: pg.Client, sql: string): Promise<Row[]> =>
  (await client.query(sql)).rows as Row[];
