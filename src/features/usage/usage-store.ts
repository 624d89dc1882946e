import type { Reads } from '../../db/reads.ts';
import type { UsageSummary } from './contract.ts';
import type { UsageRange, UsageSeries } from './grain.ts';
import { readSparklines } from './sparklines.ts';
import { endpointsUsed, readTotals, summarise } from './store.ts';
import { readTrialRefusals, type TrialRefusals } from './trial-refusals.ts';

/** What is asked of the roll-ups. Times are Unix milliseconds. */
export interface UsageStore {
  /**
   * Sums up a range for one token, or for all (null). Every point of the series is there, with zero if nothing was.
   * @param compare also with the range before
   */
  summary(tokenId: string | null, series: UsageSeries, compare: boolean): Promise<UsageSummary>;
  /** How many requests each of these tokens made in a range. */
  totals(tokenIds: readonly string[], range: UsageRange): Promise<{ tokenId: string; total: number }[]>;
  /** Requests an hour of each token in the 24 hours up to `now`, oldest first; hours end with a quarter hour. */
  sparklines(now: number): Promise<{ tokenId: string; counts: number[] }[]>;
  /** The endpoints that each of these tokens used, by its id, as far back as roll-ups go. */
  endpointsUsed(tokenIds: readonly string[]): Promise<Map<string, string[]>>;
  /** What trials would have refused in the 24 hours up to `now`, widened to the quarter hour. */
  trialRefusals(now: number): Promise<{ since: number; refusals: TrialRefusals[] }>;
}

/** The roll-ups that `read` reads from. */
export const usageOver = (read: <T>(reads: Reads<T>) => Promise<T>): UsageStore => ({
  summary: (tokenId, series, compare) => read(summarise(tokenId, series, compare)),
  totals: (tokenIds, range) => read(readTotals(tokenIds, range)),
  sparklines: (now) => read(readSparklines(now)),
  endpointsUsed: (tokenIds) => read(endpointsUsed(tokenIds)),
  trialRefusals: (now) => read(readTrialRefusals(now)),
});
