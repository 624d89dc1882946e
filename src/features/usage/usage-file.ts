import { join } from 'node:path';
import type { SqliteFile } from '../../db/open.ts';
import { type Reads, readNothing, readNow } from '../../db/reads.ts';
import { OPEN_ANSWERS_TABLE } from '../logs/open-answers.ts';
import { logsFolder, openLogsFile, readLogsFile } from '../logs/paths.ts';
import { POSITION_TABLE } from '../logs/position.ts';

/** Where the roll-ups are. */
export const usagePath = (instanceFile: string): string => join(logsFolder(instanceFile), 'usage.db');

/** The token of the rows that sum over all tokens, so that a chart of all costs the same as a chart of one. */
export const ALL_TOKENS = '*';

/**
 * A roll-up's row counts the requests of one bucket (its start in Unix milliseconds) that are alike in all the rest;
 * '' stands for none. Durations are summed in whole microseconds, so the sum does not depend on the order.
 */
const table = (name: string) => `CREATE TABLE IF NOT EXISTS ${name} (
  token_id TEXT NOT NULL, bucket INTEGER NOT NULL, endpoint TEXT NOT NULL, tag TEXT NOT NULL,
  status INTEGER NOT NULL, reason TEXT NOT NULL, count INTEGER NOT NULL, duration_us INTEGER NOT NULL,
  PRIMARY KEY (token_id, bucket, endpoint, tag, status, reason)
) STRICT, WITHOUT ROWID;`;

/** What limits on trial would have refused, by quarter hour; first by time, as it is read for all tokens. */
const TRIALS = `CREATE TABLE IF NOT EXISTS trial_refusal (
  bucket INTEGER NOT NULL, token_id TEXT NOT NULL, refused_by TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (bucket, token_id, refused_by)
) STRICT, WITHOUT ROWID;`;

const SCHEMA = `${table('minute')} ${table('quarter')} ${TRIALS} ${POSITION_TABLE}; ${OPEN_ANSWERS_TABLE};`;

/** Opens the roll-ups for the writer, making the file where it does not exist. */
export function openUsage(instanceFile: string): SqliteFile {
  const file = openLogsFile(instanceFile, usagePath(instanceFile));
  file.transaction(() => file.exec(SCHEMA))();
  return file;
}

/** Runs `read` over the roll-ups; null where there are none yet. */
export const readUsage = <T>(instanceFile: string, read: (file: SqliteFile) => T): T | null =>
  readLogsFile(usagePath(instanceFile), read);

/** What is read of the roll-ups; where there are none yet, of none. */
export function readUsageNow<T>(instanceFile: string, reads: Reads<T>): T {
  const found = readUsage(instanceFile, (file) => ({ answer: readNow(file, reads) }));
  return found === null ? readNothing(reads) : found.answer;
}
