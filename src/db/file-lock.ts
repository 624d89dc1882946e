import Database from 'better-sqlite3';
import { makeFile } from './instance-file.ts';

/** The hold on an instance's file. The operating system lets go of it when the process ends, however it ends. */
export interface FileLock {
  release(): void;
}

/** Takes the lock of an instance in a file, `FILE.lock`. */
export const takeFileLock = (instanceFile: string, waitMs = 0): FileLock | null =>
  takeLock(`${instanceFile}.lock`, waitMs);

/**
 * Takes a lock: a reserved one on the SQLite file at `path`, which is an advisory lock of the operating system. Returns
 * null where another process (or another open lock in this one) holds it.
 * @param waitMs how long to wait for a holder that is just letting go
 */
export function takeLock(path: string, waitMs = 0): FileLock | null {
  makeFile(path);
  const file = new Database(path, { timeout: waitMs });
  try {
    file.pragma('journal_mode = MEMORY');
    file.exec('BEGIN IMMEDIATE');
  } catch (thrown) {
    file.close();
    if (thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY')) return null;
    throw thrown;
  }
  return { release: () => file.close() };
}
