import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a search or a count has the thread before others have a turn, in milliseconds. */
const TURN = 8;

/** Lets others of this thread have their turn once in a while. */
export function givingWay(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN) return;
    await nextTurn();
    since = performance.now();
  };
}
