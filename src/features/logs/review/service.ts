import { setTimeout as wait } from 'node:timers/promises';
import { implement } from '@orpc/server';
import type { Clock } from '../../../base/clock.ts';
import { answerFaults, type CallContext } from '../../answer-faults.ts';
import { inPieces } from '../../in-pieces.ts';
import { logs } from '../contract.ts';
import { logReads } from '../service.ts';
import { review as contract } from './contract.ts';
import type { Review } from './review.ts';

/** How often it is told how far the files are, in milliseconds. */
const TELL_EVERY = 250;

const ofLogs = implement({
  query: logs.query,
  get: logs.get,
  overview: logs.overview,
  tail: logs.tail,
  views: { list: logs.views.list },
})
  .$context<CallContext>()
  .use(answerFaults);
const ofReview = implement(contract).$context<CallContext>().use(answerFaults);

/** What can be asked of files that are reviewed: the same calls as of an instance, those that only look. */
export const createReviewService = (review: Review) => {
  const clock = reviewClock(review);
  return {
    logs: ofLogs.router({
      ...logReads({ log: review.log, clock }),
      // Views are saved in an instance.
      views: { list: ofLogs.views.list.handler(() => []) },
    }),
    review: ofReview.router({
      state: ofReview.state.handler(({ signal }) =>
        inPieces(signal, async function* (gone) {
          for (;;) {
            const state = review.state();
            yield state;
            if (state.isRead) return;
            await Promise.race([
              review.done,
              wait(TELL_EVERY, undefined, { signal: gone }).catch(() => undefined),
            ]);
            if (gone.aborted) return;
          }
        }),
      ),
    }),
  };
};

/** In a file it is as late as its newest row: what is asked of "the last hour" is that before it. */
const reviewClock = (review: Review): Clock => ({
  now: () => review.index.latest ?? Date.now(),
  monotonic: () => performance.now(),
});
