import type { ApiAnswer, ApiRequest, ShiftsApi } from '../shifts-api/api.ts';
import type { Visible } from '../shifts-api/visible.ts';

/** Bounds of what is kept: answers, and characters of each. */
const MAX_ANSWERS = 1_000;
const MAX_BODY = 64 * 1024;

export interface KeptReads {
  /** The answer to the request that `requestOf` makes, which only reads, and whose path and query are `target`. */
  read(target: string, visible: Visible, requestOf: () => ApiRequest): ApiAnswer;
}

/**
 * Answers that only read follow from the request, what its token may see and the database's state. Clients poll: while
 * nobody commits, the same question gets the answer that was given before, and the database is not asked again.
 * @param state what the database's state is called, asked for before the snapshot that `api` reads in: another value
 * after each commit, NaN where it is not known
 */
export function keepReads(api: Pick<ShiftsApi, 'handle'>, state: () => unknown): KeptReads {
  // By what may be seen, then by target; the first goes with its token's compiled policy.
  let kept = new WeakMap<object, Map<string, ApiAnswer>>();
  let keptState: unknown;
  let count = 0;
  return {
    read(target, visible, requestOf) {
      const current = state();
      if (current !== keptState || count >= MAX_ANSWERS) {
        kept = new WeakMap();
        keptState = current;
        count = 0;
      }
      const siblings = kept.get(visible);
      const known = siblings?.get(target);
      if (known !== undefined) return known;
      const answer = api.handle(requestOf());
      if (answer.reason !== null || (answer.body?.length ?? 0) > MAX_BODY) return answer;
      if (siblings) siblings.set(target, answer);
      else kept.set(visible, new Map([[target, answer]]));
      count++;
      return answer;
    },
  };
}
