import type { Clock } from '../base/clock.ts';
import type { SqliteFile } from '../db/open.ts';
import { readNow } from '../db/reads.ts';
import type { Limiter, LimitQuestion } from '../features/limits/limiter.ts';
import type { SeedSource } from '../features/limits/redis/seed.ts';
import { readResets } from '../features/limits/resets.ts';
import { seedLimiter } from '../features/limits/seed.ts';
import { readCounted } from '../features/logs/counted.ts';
import { newestRowTime } from '../features/logs/retention.ts';
import { questionOf } from './judgement.ts';
import type { Policy } from './policy.ts';

/**
 * Sets a new limiter's counters to where the log of an instance leaves them.
 * @param file the path of the instance's main file, which `data` is an open connection to
 * @param clock with the machine's monotonic time, which clock marks are in
 * @param origin what the limiter's time is ahead of that: whole milliseconds
 */
export function seedFromLog(
  limiter: Limiter,
  file: string,
  data: SqliteFile,
  clock: Clock,
  policy: Policy,
  origin: number,
): void {
  seedLimiter(limiter, {
    file: data,
    log: {
      counted: (since, take) => readCounted(file, since, take),
      newestRow: () => newestRowTime(file),
    },
    clock,
    origin,
    question: (tokenId) => questionOf(policy, tokenId),
  });
}

/** What the counters that several gateways share are seeded from. */
export const limitsSource = (
  file: string,
  data: SqliteFile,
  question: (tokenId: string) => LimitQuestion,
): SeedSource => ({
  log: { counted: (since, take) => readCounted(file, since, take) },
  resets: async () => readNow(data, readResets()),
  question,
});
