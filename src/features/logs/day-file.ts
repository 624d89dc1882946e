import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { logsFolder, openLogsFile, readLogsFile } from './paths.ts';
import { POSITION_TABLE } from './position.ts';

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

/** Room for where a record begins in its segment: 32 MiB. With the milliseconds of a day that is 52 bits. */
export const ID_STEP = 2 ** 25;

/** The segment of rows whose records are in the table `record`, under the rows' ids. */
export const IN_TABLE = 2 ** 32 - 1;

/** A UTC day, as the number of days since 1970. */
export const dayOf = (time: number): number => Math.floor(time / DAY);

/** The smallest id of a row of `day` at `time` or later; 0 where that is before the day. */
export const idAt = (day: number, time: number): number => Math.max(0, time - day * DAY) * ID_STEP;

/** The milliseconds since the day began, of a time within it. */
export const timeIn = (day: number, time: number): number => time - day * DAY;

/** The low part of a row's id. */
export const offsetIn = (id: number): number => id % ID_STEP;

export const rowId = (day: number, time: number, offset: number): number =>
  idAt(day, time) + (offset % ID_STEP);

/** The milliseconds since midnight of a row's id. */
export const timeInDay = (id: number): number => Math.floor(id / ID_STEP);

/** The Unix milliseconds of a row. */
export const timeOfRow = (day: number, id: number): number => day * DAY + timeInDay(id);

/** As "2026-11-24". */
export const dayName = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The day of a name like "2026-11-24", or null. */
export function dayFromName(name: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(name)) return null;
  const time = Date.parse(`${name}T00:00:00Z`);
  return Number.isNaN(time) ? null : dayOf(time);
}

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
  file.transaction(() => file.exec(SCHEMA))();
  return file;
}

/** Runs `read` over a day's file; null where there is none (retention may have taken it meanwhile). */
export const readDay = <T>(instanceFile: string, day: number, read: (file: SqliteFile) => T): T | null =>
  readLogsFile(dayPath(instanceFile, day), read);
