import { join } from 'node:path';
import type { SqliteFile } from '../../db/open.ts';
import { type Reads, readNothing, readSnapshotNow } from '../../db/reads.ts';
import { OPEN_ANSWERS_TABLE } from '../logs/open-answers.ts';
import { logsFolder, openLogsFile, readLogsFile } from '../logs/paths.ts';
import { POSITION_TABLE } from '../logs/position.ts';
import { takeOldRollups } from './old-rollups.ts';

/** Where the roll-ups are. */
export const usagePath = (instanceFile: string): string => join(logsFolder(instanceFile), 'usage.db');

/**
 * A cell of the roll-ups has what came of a token's requests (or all tokens') in one period: see cell-id.ts for its id,
 * cell.ts for what it holds. Tokens, endpoints and reasons are numbers in it, which `label` gives; '' stands for none.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS rollup (
  id INTEGER PRIMARY KEY, count INTEGER NOT NULL, volume BLOB NOT NULL, detail BLOB NOT NULL
) STRICT;
-- Up to which cell each grain but the finest was made; see writing.ts.
CREATE TABLE IF NOT EXISTS rolled_up (grain INTEGER PRIMARY KEY, cell INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS label (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
INSERT OR IGNORE INTO label (id, text) VALUES (1, '');
-- The last day (its number since 1970) on which a token used an endpoint: the gateway neither denied nor limited it.
CREATE TABLE IF NOT EXISTS endpoint_use (
  token INTEGER NOT NULL, endpoint INTEGER NOT NULL, day INTEGER NOT NULL, PRIMARY KEY (token, endpoint)
) STRICT, WITHOUT ROWID;
-- What limits on trial would have refused, by quarter hour; first by time, as it is read for all tokens.
CREATE TABLE IF NOT EXISTS trial_refusal (
  bucket INTEGER NOT NULL, token_id TEXT NOT NULL, refused_by TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (bucket, token_id, refused_by)
) STRICT, WITHOUT ROWID;
${POSITION_TABLE}; ${OPEN_ANSWERS_TABLE};`;

/** Makes the tables of roll-ups where a file, or one in memory, has none yet. */
export const makeUsageTables = (file: SqliteFile): void =>
  file.transaction(() => void file.exec(SCHEMA)).immediate();

/** Opens the roll-ups for the writer, making the file where it does not exist. */
export function openUsage(instanceFile: string): SqliteFile {
  const file = openLogsFile(instanceFile, usagePath(instanceFile));
  makeUsageTables(file);
  takeOldRollups(file);
  return file;
}

/** Runs `read` over the roll-ups; null where there are none yet. */
export const readUsage = <T>(instanceFile: string, read: (file: SqliteFile) => T): T | null =>
  readLogsFile(usagePath(instanceFile), read);

/** What is read of the roll-ups; where there are none yet, of none. */
export function readUsageNow<T>(instanceFile: string, reads: Reads<T>): T {
  const found = readUsage(instanceFile, (file) => {
    // The file of an earlier release has no cells until its writer, or a command on an instance at rest, takes it over.
    const made = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'rollup'").get() !== undefined;
    return made ? { answer: readSnapshotNow(file, reads) } : null;
  });
  return found === null ? readNothing(reads) : found.answer;
}
