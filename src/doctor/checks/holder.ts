import { existsSync } from 'node:fs';
import { takeFileLock } from '../../db/file-lock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { isAlive, readProcessRow } from '../../gateway/process-row.ts';
import { type Finding, ok, warn } from '../check.ts';

/** Who holds FILE.lock is a process that lives, and says where it answers. */
export function checkHolder(instanceFile: string, main: SqliteFile): Finding {
  const row = readProcessRow(main);
  const lock = existsSync(`${instanceFile}.lock`) ? takeFileLock(instanceFile) : 'none';
  if (lock !== null) {
    if (lock !== 'none') lock.release();
    return row === null
      ? ok('No gateway runs.')
      : ok(
          `No gateway runs; the last one (process ${row.pid}) did not end in order. The next replays its journal.`,
        );
  }
  if (row === null || !isAlive(row.pid))
    return warn(
      'FILE.lock is held by a process that has not said who it is.',
      'A command or a start takes seconds; if it stays, look for the process that has FILE.lock open.',
    );
  if (row.address === null)
    return warn(`Process ${row.pid} holds the file and does not listen yet.`, 'Wait until it is ready.');
  return ok(`The gateway is process ${row.pid}, at ${row.address}.`);
}
