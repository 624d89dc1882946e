import { implement } from '@orpc/server';
import { type Clock, DAY, systemClock } from '../base/clock.ts';
import type { InstancePlace } from '../db/place.ts';
import { answerFaults, asRefusal, type CallContext } from '../features/answer-faults.ts';
import { openLogs } from '../features/logs/open-logs.ts';
import { insight } from './contract.ts';
import { explainAtRest } from './explain-at-rest.ts';
import { rehearseInThread } from './rehearsal/start.ts';

const os = implement(insight).$context<CallContext>().use(answerFaults);

interface InsightDeps {
  readonly place: InstancePlace;
  readonly clock?: Clock;
}

/**
 * What the gateway would decide, of a request that is not sent and of the log's requests under another policy. Both are
 * answered from the instance's database, whether or not a gateway runs on it.
 */
export const createInsightService = ({ place, clock = systemClock }: InsightDeps) =>
  os.router({
    explain: os.explain.handler(async ({ input }) => {
      const logs = openLogs(place);
      try {
        await logs.log.bringIn();
        return await explainAtRest({ place, log: logs.log, clock }, input);
      } finally {
        await logs.close();
      }
    }),

    rehearse: os.rehearse.handler(async ({ input, signal }) => {
      const logs = openLogs(place);
      await logs.log.bringIn().finally(() => logs.close());
      const to = clock.now() + 1;
      const order = { place, draft: input.draft, from: to - input.days * DAY, to };
      return (async function* () {
        try {
          yield* rehearseInThread(order, signal);
        } catch (thrown) {
          throw asRefusal(thrown);
        }
      })();
    }),
  });
