import { type Clock, MINUTE, SECOND } from '../base/clock.ts';
import { closePool, openPool } from '../db/postgres.ts';
import { isDatabaseAway } from '../db/postgres-faults.ts';
import { unavailable } from '../shifts-api/answers.ts';
import { type ApiAnswer, type ApiRequest, isLong } from '../shifts-api/api.ts';
import { createDatabaseShiftsApi } from '../shifts-api/database-api.ts';
import { countUnderWay, tooMany } from './api-under-way.ts';
import type { ApiWriter } from './api-writer.ts';

/** How many connections answer requests; so many more those that read long, which hold up only each other. */
const CONNECTIONS = 8;
const LONG_CONNECTIONS = 2;
/** How long one statement may take: who waits for a database that is silent is told so. */
const WITHIN = 5 * SECOND;
const LONG_WITHIN = MINUTE;

/** The built-in API of an instance on Postgres, in the gateway's own thread: the database does the work. */
export function openDatabaseApi(url: string, clock: Clock): ApiWriter {
  const pools = [openPool(url, CONNECTIONS, WITHIN), openPool(url, LONG_CONNECTIONS, LONG_WITHIN)] as const;
  const [short, long] = [createDatabaseShiftsApi(pools[0]), createDatabaseShiftsApi(pools[1])];
  const enter = countUnderWay();
  const answer = async (request: ApiRequest): Promise<ApiAnswer> => {
    try {
      return await (isLong(request.operation) ? long : short).handle(request);
    } catch (thrown) {
      if (isDatabaseAway(thrown)) return unavailable;
      throw thrown;
    }
  };
  return {
    async handle(request) {
      const leave = enter(request);
      if (leave === null) return { answer: tooMany, durationMs: 0 };
      const since = clock.monotonic();
      try {
        return { answer: await answer(request), durationMs: clock.monotonic() - since };
      } finally {
        leave();
      }
    },
    async close() {
      await Promise.all(pools.map(closePool));
    },
  };
}
