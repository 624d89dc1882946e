import type { InstancePlace } from '../../db/place.ts';
import { openPool } from '../../db/postgres.ts';
import { readLater } from '../../db/reads.ts';
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

/** Opens the log of an instance for reading. */
export function openLogs({ database }: Pick<InstancePlace, 'database'>): OpenLogs {
  if (database.engine === 'sqlite')
    return {
      log: sqliteLog(database.file),
      usage: sqliteUsage(database.file),
      close: async () => undefined,
    };
  const pool = openPool(database.url, CONNECTIONS);
  return {
    log: postgresLog(pool),
    usage: usageOver((reads) => readLater(pool, reads)),
    close: () => pool.end(),
  };
}
