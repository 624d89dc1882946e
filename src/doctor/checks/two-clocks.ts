import { MINUTE } from '../../base/clock.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import { type Finding, ok, warn } from '../check.ts';

/** On Postgres: machines that share an instance agree on what time it is; each is compared with the database's. */
export function* checkTwoClocks(now: () => number): Reads<Finding> {
  const [row] = yield* rowsOf<{ at: number }>(
    'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS at',
  );
  const apart = now() - (row?.at ?? 0);
  const said = `The clock says ${new Date(now()).toISOString()}`;
  if (Math.abs(apart) <= MINUTE) return ok(`${said}, and so does the database's.`);
  return warn(
    `${said}, and is ${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ahead of' : 'behind'} the database's.`,
    'Set both clocks (NTP): expiry, limits and the times of the log follow them, on every machine.',
  );
}
