import { implement } from '@orpc/server';
import { type Clock, DAY, systemClock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import * as contract from './contract.ts';
import { fitRange, fitSeries, type UsageRange } from './grain.ts';
import type { UsageStore } from './usage-store.ts';

export interface UsageDeps {
  usage: UsageStore;
  /** Makes what is read complete, where nobody else does: brings in the journal of an instance at rest. */
  bringIn: () => Promise<void>;
  clock?: Clock;
}

const os = implement(contract.usage).$context<CallContext>().use(answerFaults);

/** Usage analytics, from the roll-ups: a chart costs the same however many rows the log has. */
export const createUsageService = ({ usage, bringIn, clock = systemClock }: UsageDeps) =>
  os.router({
    summary: os.summary.handler(async ({ input }) => {
      const series = fitSeries(rangeOf(input, clock.now(), input.compare), input.zone);
      await bringIn();
      return usage.summary(input.tokenId ?? null, series, input.compare);
    }),

    totals: os.totals.handler(async ({ input }) => {
      const range = rangeOf(input, clock.now());
      await bringIn();
      return usage.totals(input.tokenIds, range);
    }),

    sparklines: os.sparklines.handler(async () => {
      await bringIn();
      return usage.sparklines(clock.now());
    }),
  });

function rangeOf(
  input: { from?: Date | undefined; to?: Date | undefined },
  now: number,
  compare = false,
): UsageRange {
  const to = input.to?.getTime() ?? now;
  const from = input.from?.getTime() ?? to - DAY;
  if (from >= to) throw new Fault('input.invalid', { field: 'from', detail: 'it is not before the end' });
  return fitRange(from, to, now, compare ? from - (to - from) : from);
}
