import { MINUTE } from '../../../base/clock.ts';
import type { Queries } from './queries.ts';

/**
 * In which order rows entered the log. A row's time does not say it, as a gateway that was cut off brings its rows later;
 * nor does a number that is given when a row is written, as another transaction may commit first. So whoever brings rows
 * in notes which they are, while it holds the lock that all take before their commit (LOCKS.logs): the numbers of the
 * notes are in the order of the commits, and who has read up to one has missed nothing before it.
 */
export interface Arrival {
  readonly seq: number;
  readonly day: number;
  readonly ids: readonly number[];
}

/** Whoever follows the log is behind by less. */
const KEPT = 5 * MINUTE;

/** Notes which rows of a day come with the caller's transaction, which holds the lock. */
export async function noteArrival(
  client: Queries,
  now: number,
  day: number,
  ids: readonly number[],
): Promise<void> {
  await client.query('INSERT INTO request_arrival (at, day, ids) VALUES ($1, $2, $3)', [now, day, ids]);
}

export async function forgetArrivals(client: Queries, now: number): Promise<void> {
  await client.query('DELETE FROM request_arrival WHERE at < $1', [now - KEPT]);
}

/** The number of the last note; 0 where there is none. */
export async function lastArrival(client: Queries): Promise<number> {
  const { rows } = await client.query<{ last: number | null }>(
    'SELECT max(seq) AS last FROM request_arrival',
  );
  return rows[0]?.last ?? 0;
}

/** The notes behind `after`, those of `most` commits at a time. */
export async function arrivalsAfter(client: Queries, after: number, most: number): Promise<Arrival[]> {
  const { rows } = await client.query<{ seq: number; day: number; ids: string[] }>(
    'SELECT seq, day, ids FROM request_arrival WHERE seq > $1 ORDER BY seq LIMIT $2',
    [after, most],
  );
  return rows.map(({ seq, day, ids }) => ({ seq, day, ids: ids.map(Number) }));
}
