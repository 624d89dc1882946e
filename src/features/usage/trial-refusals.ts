import { DAY } from '../../base/clock.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import { QUARTER } from './cell-id.ts';

/** Requests of a token that a limit on trial would have refused, by whose limit: 'instance' or 'token'. */
export interface TrialRefusals {
  readonly tokenId: string;
  readonly owner: 'instance' | 'token';
  readonly count: number;
}

/** What trials would have refused in the 24 hours up to `now`, widened to the quarter hour. Times are Unix milliseconds. */
export function* readTrialRefusals(now: number): Reads<{ since: number; refusals: TrialRefusals[] }> {
  const since = Math.floor((now - DAY) / QUARTER) * QUARTER;
  const refusals = yield* rowsOf<TrialRefusals>(
    `SELECT token_id AS "tokenId", substr(refused_by, 1, instr(refused_by, '.') - 1) AS owner,
       sum(count) AS count
     FROM trial_refusal WHERE bucket >= ? GROUP BY token_id, owner`,
    since,
  );
  return { since, refusals };
}
