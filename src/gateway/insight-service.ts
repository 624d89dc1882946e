import { implement } from '@orpc/server';
import { type Clock, DAY, systemClock } from '../base/clock.ts';
import { answerFaults, asRefusal, type CallContext } from '../features/answer-faults.ts';
import { ingestIfIdle } from '../features/logs/replay.ts';
import { insight } from './contract.ts';
import { explainAtRest } from './explain-at-rest.ts';
import { rehearseInThread } from './rehearsal/start.ts';

const os = implement(insight).$context<CallContext>().use(answerFaults);

/**
 * What the gateway would decide, of a request that is not sent and of the log's requests under another policy. Both are
 * answered from the instance's file, whether or not a gateway runs on it.
 */
export const createInsightService = ({ file, clock = systemClock }: { file: string; clock?: Clock }) =>
  os.router({
    explain: os.explain.handler(async ({ input }) => {
      await ingestIfIdle(file);
      return explainAtRest(file, input, clock);
    }),

    rehearse: os.rehearse.handler(async ({ input, signal }) => {
      await ingestIfIdle(file);
      const to = clock.now() + 1;
      const order = { file, draft: input.draft, from: to - input.days * DAY, to };
      return (async function* () {
        try {
          yield* rehearseInThread(order, signal);
        } catch (thrown) {
          throw asRefusal(thrown);
        }
      })();
    }),
  });
