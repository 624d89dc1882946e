import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { logsFolder, openLogsFile, readLogsFile } from './paths.ts';
import { POSITION_TABLE } from './position.ts';

/**
 * The log rows of one UTC day. A row's id is its time: milliseconds since midnight in the high bits, where its
 * record began in its journal segment in the low ones, so the primary key is the order of time. `detail` is the
 * record as it was journalled; beside it only what queries filter by, names as small numbers, so that the indexes
 * are small and answer filters without reading rows.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS token (id INTEGER PRIMARY KEY, token_id TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS endpoint (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, tag TEXT NOT NULL, UNIQUE (name, tag)
) STRICT;
CREATE TABLE IF NOT EXISTS reason (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE IF NOT EXISTS request (
  id INTEGER PRIMARY KEY,
  token INTEGER,
  endpoint INTEGER,
  status INTEGER NOT NULL,
  reason INTEGER,
  counted INTEGER NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS request_token ON request (token, id, endpoint, status, reason, counted)
  WHERE token IS NOT NULL;
CREATE INDEX IF NOT EXISTS request_endpoint ON request (endpoint, id, status, reason)
  WHERE endpoint IS NOT NULL;
CREATE INDEX IF NOT EXISTS request_failure ON request (status, id, reason, endpoint) WHERE status >= 400;
CREATE INDEX IF NOT EXISTS request_rare ON request (status, id, endpoint, reason)
  WHERE status < 400 AND status <> 200;
CREATE INDEX IF NOT EXISTS request_cut ON request (reason, id, status, endpoint)
  WHERE reason IS NOT NULL AND status < 400;
CREATE TABLE IF NOT EXISTS seen (
  token_id TEXT NOT NULL, address TEXT NOT NULL, token_name TEXT NOT NULL,
  requests INTEGER NOT NULL, last_seen INTEGER NOT NULL,
  PRIMARY KEY (token_id, address)
) STRICT, WITHOUT ROWID;
${POSITION_TABLE};
`;

/** Room for where a record began in its segment: 32 MiB. With the milliseconds of a day that is 52 bits. */
export const ID_STEP = 2 ** 25;

/** A UTC day, as the number of days since 1970. */
export const dayOf = (time: number): number => Math.floor(time / DAY);

/** The smallest id of a row of `day` at `time` or later; 0 where that is before the day. */
export const idAt = (day: number, time: number): number => Math.max(0, time - day * DAY) * ID_STEP;

export const rowId = (day: number, time: number, offset: number): number =>
  idAt(day, time) + (offset % ID_STEP);

/** The Unix milliseconds of a row. */
export const timeOfRow = (day: number, id: number): number => day * DAY + Math.floor(id / ID_STEP);

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
