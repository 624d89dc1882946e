import type { Pool } from 'pg';
import { LOCKS, lockedTransaction } from '../db/postgres.ts';
import { readLater, readSnapshot } from '../db/reads.ts';
import { type ApiAnswer, planOf } from './api.ts';
import type { ApiRequest } from './operation.ts';
import type { Steps } from './rows.ts';

/** The built-in upstream over the rows of a Postgres database. Rejects where the database does not answer. */
export interface DatabaseShiftsApi {
  handle(request: ApiRequest): Promise<ApiAnswer>;
}

export function createDatabaseShiftsApi(pool: Pool): DatabaseShiftsApi {
  // What a request checked still holds when it writes: those that write follow each other.
  const write = (steps: () => Steps<ApiAnswer>) =>
    lockedTransaction(pool, LOCKS.shiftsApi, (client) => readLater(client, steps()));
  return {
    async handle(request) {
      const plan = planOf(request);
      switch (plan.kind) {
        case 'answer':
          return plan.answer;
        case 'read':
          return readSnapshot(pool, plan.steps());
        case 'write':
          return write(plan.steps);
        case 'long': {
          const begun = await readSnapshot(pool, plan.steps());
          return typeof begun === 'function' ? write(begun) : begun;
        }
      }
    },
  };
}
