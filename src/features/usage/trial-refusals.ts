import { DAY } from '../../base/clock.ts';
import { QUARTER } from './rollup.ts';
import { readUsage } from './usage-file.ts';

/** Requests of a token that a limit on trial would have refused, by whose limit: 'instance' or 'token'. */
export interface TrialRefusals {
  readonly tokenId: string;
  readonly owner: 'instance' | 'token';
  readonly count: number;
}

/** What trials would have refused in the 24 hours up to `now`, widened to the quarter hour. Times are Unix milliseconds. */
export function readTrialRefusals(
  instanceFile: string,
  now: number,
): { since: number; refusals: TrialRefusals[] } {
  const since = Math.floor((now - DAY) / QUARTER) * QUARTER;
  const refusals = readUsage(instanceFile, (file) => {
    // The file of an earlier release has no such table until a gateway or a reader brings rows in.
    const exists = file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'trial_refusal'").get();
    if (exists === undefined) return [];
    return file
      .prepare<[number], TrialRefusals>(
        `SELECT token_id AS tokenId, substr(refused_by, 1, instr(refused_by, '.') - 1) AS owner,
           sum(count) AS count
         FROM trial_refusal WHERE bucket >= ? GROUP BY token_id, owner`,
      )
      .all(since);
  });
  return { since, refusals: refusals ?? [] };
}
