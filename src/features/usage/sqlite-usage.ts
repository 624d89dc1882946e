import { readUsageNow } from './usage-file.ts';
import { type UsageStore, usageOver } from './usage-store.ts';

/** The roll-ups of an instance in a file. */
export const sqliteUsage = (instanceFile: string): UsageStore =>
  usageOver(async (reads) => readUsageNow(instanceFile, reads));
