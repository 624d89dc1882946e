import { readNothing } from '../../db/reads.ts';
import { readTrialRefusals } from './trial-refusals.ts';
import { readUsage, readUsageNow } from './usage-file.ts';
import { type UsageStore, usageOver } from './usage-store.ts';

/** The roll-ups of an instance in a file. */
export const sqliteUsage = (instanceFile: string): UsageStore => ({
  ...usageOver(async (reads) => readUsageNow(instanceFile, reads)),
  async trialRefusals(now) {
    // The file of an earlier release has no such table until a gateway or a reader brings rows in.
    const exists = readUsage(
      instanceFile,
      (file) => file.prepare("SELECT 1 FROM sqlite_master WHERE name = 'trial_refusal'").get() !== undefined,
    );
    const reads = readTrialRefusals(now);
    return exists ? readUsageNow(instanceFile, reads) : readNothing(reads);
  },
});
