import type { InstancePlace } from '../../db/place.ts';
import { sqliteUsage } from '../usage/sqlite-usage.ts';
import type { UsageStore } from '../usage/usage-store.ts';
import type { LogStore } from './log-store.ts';
import { sqliteLog } from './sqlite-log.ts';

/** An instance's request log and its roll-ups. */
export interface OpenLogs {
  readonly log: LogStore;
  readonly usage: UsageStore;
  close(): Promise<void>;
}

/** Opens the log of an instance for reading. */
export function openLogs({ database, name }: Pick<InstancePlace, 'database' | 'name'>): OpenLogs {
  const file = database.engine === 'sqlite' ? database.file : name;
  return { log: sqliteLog(file), usage: sqliteUsage(file), close: async () => undefined };
}
