import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SqliteFile } from '../../db/open.ts';
import { convertRows, hasOldRows } from './convert-rows.ts';
import { logsFolder, openLogsFile, readLogsFile } from './paths.ts';
import { POSITION_TABLE } from './position.ts';
import { dayFromName, dayName } from './row-ids.ts';

/**
 * The log rows of one UTC day: blocks of columns (columns/block.ts), in the order in which the rows entered the log. Their
 * records stay where the journal has them; `segment` says in which of its segments, so that retention knows which are
 * needed. `record` has those that no journal has: of answers whose process ended before they were whole, and of days that
 * were written before there were blocks.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS request_group (
  id INTEGER PRIMARY KEY, token_id TEXT, token_name TEXT, user_id TEXT, user_name TEXT, endpoint TEXT, tag TEXT,
  method TEXT NOT NULL, status INTEGER NOT NULL, reason TEXT, counted INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS address (id INTEGER PRIMARY KEY, address TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS block (
  id INTEGER PRIMARY KEY, rows INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, counts BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS block_columns (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS block_durations (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS block_places (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS segment (number INTEGER PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, detail TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS seen (
  token_id TEXT NOT NULL, address TEXT NOT NULL, token_name TEXT NOT NULL,
  requests INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (token_id, address)
) STRICT, WITHOUT ROWID;
${POSITION_TABLE};
`;

export const dayPath = (instanceFile: string, day: number): string =>
  join(logsFolder(instanceFile), `${dayName(day)}.db`);

/** The days that have a file, newest first. */
export function listDays(instanceFile: string): number[] {
  const folder = logsFolder(instanceFile);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.db'))
    .map((name) => dayFromName(name.slice(0, -'.db'.length)))
    .filter((day) => day !== null)
    .sort((a, b) => b - a);
}

/** Opens a day's file for the writer, making it where it does not exist. */
export function openDay(instanceFile: string, day: number): SqliteFile {
  const file = openLogsFile(instanceFile, dayPath(instanceFile, day));
  file
    .transaction(() => {
      file.exec(SCHEMA);
      if (hasOldRows(file)) convertRows(file, day);
    })
    .immediate();
  return file;
}

/** Runs `read` over a day's file; null where there is none (retention may have taken it meanwhile). */
export const readDay = <T>(instanceFile: string, day: number, read: (file: SqliteFile) => T): T | null =>
  readLogsFile(dayPath(instanceFile, day), read);

/** Makes blocks of the rows of days that were written before there were any. */
export function convertOldDays(instanceFile: string): void {
  for (const day of listDays(instanceFile))
    if (readDay(instanceFile, day, hasOldRows)) openDay(instanceFile, day).close();
}
