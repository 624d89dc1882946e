import { mkdirSync, statSync } from 'node:fs';
import { makeFile } from '../../db/instance-file.ts';
import { openSqlite, type SqliteFile } from '../../db/open.ts';

/** The folder of an instance's request journal. */
export const journalFolder = (instanceFile: string): string => `${instanceFile}.journal`;

/** The folder of an instance's log rows (a file a UTC day) and roll-ups. */
export const logsFolder = (instanceFile: string): string => `${instanceFile}.logs`;

/** Rows come by the thousand, and SQLite writes each page by itself: fewer, larger pages and checkpoints. */
const PAGE_BYTES = 8 * 1024;
const WAL_BYTES = 32 * 2 ** 20;

/** Opens a file of the logs' folder for writing, making both where they do not exist, for the owner only. */
export function openLogsFile(instanceFile: string, path: string): SqliteFile {
  mkdirSync(logsFolder(instanceFile), { recursive: true, mode: 0o700 });
  makeFile(path);
  const file = openSqlite(path, { pageSize: PAGE_BYTES });
  file.pragma(`wal_autocheckpoint = ${WAL_BYTES / PAGE_BYTES}`);
  // Room for the pages of the indexes.
  file.pragma('cache_size = -32768');
  return file;
}

/**
 * Runs `read` over a file of the logs' folder; null where there is none, or where it was made a moment ago and has no
 * tables yet.
 */
export function readLogsFile<T>(path: string, read: (file: SqliteFile) => T): T | null {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return null;
  const file = openSqlite(path, { readonly: true });
  try {
    if (!file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'journal_position'").get()) return null;
    return read(file);
  } finally {
    file.close();
  }
}
