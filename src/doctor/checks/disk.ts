import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Finding, fail, ok, warn } from '../check.ts';

const MIB = 2 ** 20;
/** The journal alone may grow to this while the databases cannot be written. */
const WANTED = 1024 * MIB;
/** SQLite needs room even to delete. */
const NEEDED = 100 * MIB;

export function checkDisk(instanceFile: string): Finding {
  const { bavail, bsize } = statfsSync(dirname(instanceFile));
  const free = bavail * bsize;
  const said = `${Math.round(free / MIB)} MiB are free where the instance lies`;
  const remedy =
    'Make room: move backups elsewhere, or keep fewer days of the log. On a full disk the gateway refuses every request.';
  if (free < NEEDED) return fail(`Only ${said}.`, remedy);
  return free < WANTED ? warn(`${said}, less than the journal may need.`, remedy) : ok(`${said}.`);
}
