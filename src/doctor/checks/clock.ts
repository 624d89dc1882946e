import { MINUTE } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { newestRowTime } from '../../features/logs/retention.ts';
import { type Finding, ok, warn } from '../check.ts';

/** The clock is not behind what the instance has seen already. @param now Unix milliseconds */
export function checkClock(instanceFile: string, main: SqliteFile, now: number): Finding {
  const made = Number(
    main.prepare("SELECT value FROM setting WHERE name = 'instance.createdAt'").pluck().get() ?? 0,
  );
  const latest = Math.max(made, newestRowTime(instanceFile) ?? 0);
  const said = `The clock says ${new Date(now).toISOString()}`;
  if (latest <= now + MINUTE) return ok(`${said}.`);
  return warn(
    `${said}, but the instance has seen ${new Date(latest).toISOString()}.`,
    'Set the clock (NTP): expiry and the times of the log follow it.',
  );
}
