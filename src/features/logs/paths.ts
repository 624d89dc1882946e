import { closeSync, mkdirSync, openSync } from 'node:fs';
import { openSqlite, type SqliteFile } from '../../db/open.ts';

/** The folder of an instance's request journal. */
export const journalFolder = (instanceFile: string): string => `${instanceFile}.journal`;

/** The folder of an instance's log rows (a file a UTC day) and roll-ups. */
export const logsFolder = (instanceFile: string): string => `${instanceFile}.logs`;

/** Opens a file of the logs' folder for writing, making both where they do not exist, for the owner only. */
export function openLogsFile(instanceFile: string, path: string): SqliteFile {
  mkdirSync(logsFolder(instanceFile), { recursive: true, mode: 0o700 });
  // SQLite gives its -wal and -shm the mode of the file itself.
  closeSync(openSync(path, 'a', 0o600));
  const file = openSqlite(path);
  // Rows come by the thousand: fewer, larger checkpoints (32 MiB of WAL), and room for the pages of the indexes.
  file.pragma('wal_autocheckpoint = 8000');
  file.pragma('cache_size = -32768');
  return file;
}
