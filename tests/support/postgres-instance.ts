import { systemClock } from '../../src/base/clock.ts';
import { testInstanceOn } from './instance.ts';

/** An instance in a Postgres database of its own, on the real clock, as gateways in processes of their own have it. */
export async function postgresInstance() {
  const made = await testInstanceOn('postgres', { clock: systemClock });
  const { database } = made.place;
  if (database.engine !== 'postgres') throw new Error('it is on Postgres');
  return { ...made, url: database.url };
}
