import { MINUTE } from '../../base/clock.ts';
import type { InstancePlace } from '../../db/place.ts';
import { closePool, openPool } from '../../db/postgres.ts';
import { asDatabaseFault } from '../../db/postgres-faults.ts';
import { readSnapshot } from '../../db/reads.ts';
import { sqliteUsage } from '../usage/sqlite-usage.ts';
import { type UsageStore, usageOver } from '../usage/usage-store.ts';
import type { LogStore } from './log-store.ts';
import { postgresLog } from './postgres/log.ts';
import { sqliteLog } from './sqlite-log.ts';

/** An instance's request log and its roll-ups. */
export interface OpenLogs {
  readonly log: LogStore;
  readonly usage: UsageStore;
  close(): Promise<void>;
}

/** Connections to Postgres at most; they are made when they are first needed. */
const CONNECTIONS = 4;
/** How long a statement may take, in milliseconds: a filter may have to look at every row there is. */
const READ_WITHIN = MINUTE;

/** Opens the log of an instance for reading. */
export function openLogs({ database }: Pick<InstancePlace, 'database'>): OpenLogs {
  if (database.engine === 'sqlite') {
    const log = sqliteLog(database.file);
    return { log, usage: sqliteUsage(database.file), close: async () => log.close() };
  }
  const { url } = database;
  const pool = openPool(url, CONNECTIONS, READ_WITHIN);
  const told = (thrown: unknown): never => {
    throw asDatabaseFault(thrown, url);
  };
  return {
    log: postgresLog({ query: (text, values) => pool.query(text, values).catch(told) }),
    usage: usageOver((reads) => readSnapshot(pool, reads).catch(told)),
    close: () => closePool(pool),
  };
}
