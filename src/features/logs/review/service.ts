import { setTimeout as wait } from 'node:timers/promises';
import { implement } from '@orpc/server';
import { type Clock, HOUR } from '../../../base/clock.ts';
import { Fault } from '../../../base/faults.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { answerFaults, type CallContext } from '../../answer-faults.ts';
import { inPieces } from '../../in-pieces.ts';
import { type UsageSummary, usage } from '../../usage/contract.ts';
import { fitRange, fitSeries } from '../../usage/grain.ts';
import { logs } from '../contract.ts';
import { logReads } from '../service.ts';
import { review as contract } from './contract.ts';
import type { Review } from './review.ts';
import { usageOfRows } from './review-usage.ts';

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
const ofUsage = implement({ summary: usage.summary }).$context<CallContext>().use(answerFaults);
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
    usage: ofUsage.router({
      summary: ofUsage.summary.handler(({ input }) => {
        const terms: Term[] =
          input.tokenId === undefined
            ? []
            : [{ field: 'token', excluded: false, values: [{ kind: 'text', text: input.tokenId }] }];
        return summarise(review, terms, input);
      }),
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

/** The usage of the rows for which terms hold; by default of all time that the files have. */
export async function summarise(
  review: Review,
  terms: readonly Term[],
  {
    from,
    to,
    zone,
    compare,
  }: { from?: Date | undefined; to?: Date | undefined; zone: string; compare: boolean },
): Promise<UsageSummary> {
  const end = to?.getTime() ?? (review.index.latest ?? Date.now()) + 1;
  const start = from?.getTime() ?? (await review.log.oldestRow()) ?? end - HOUR;
  if (start >= end) throw new Fault('input.invalid', { field: 'from', detail: 'it is not before the end' });
  // The finest grain is there, however old the rows are.
  return usageOfRows(review, terms, fitSeries(fitRange(start, end, start), zone), compare);
}

/** In a file it is as late as its newest row: what is asked of "the last hour" is that before it. */
const reviewClock = (review: Review): Clock => ({
  now: () => review.index.latest ?? Date.now(),
  monotonic: () => performance.now(),
});
