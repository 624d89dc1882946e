import type { Clock } from '../base/clock.ts';
import type { Reader } from '../db/reader.ts';
import type { Limiter } from '../features/limits/limiter.ts';
import type { SeedSource } from '../features/limits/redis/seed.ts';
import { readResets } from '../features/limits/resets.ts';
import { seedLimiter } from '../features/limits/seed.ts';
import type { LogStore } from '../features/logs/log-store.ts';
import { questionOf } from './judgement.ts';
import type { Policy } from './policy.ts';

/** Where a limiter's counters follow from. */
export interface SeedSources {
  readonly read: Reader['read'];
  readonly log: Pick<LogStore, 'counted' | 'newestRow'>;
  /** With the machine's monotonic time, which clock marks are in. */
  readonly clock: Clock;
  readonly policy: Policy;
  /** What the limiter's time is ahead of that: whole milliseconds. */
  readonly origin: number;
}

/** Sets a new limiter's counters to where the log of an instance leaves them. */
export const seedFromLog = (
  limiter: Limiter,
  { read, log, clock, policy, origin }: SeedSources,
): Promise<void> =>
  seedLimiter(limiter, {
    read,
    log,
    clock,
    origin,
    question: (tokenId) => questionOf(policy, tokenId),
  });

/** What the counters that several gateways share are seeded from. */
export const limitsSource = ({
  read,
  log,
  policy,
}: Pick<SeedSources, 'read' | 'log' | 'policy'>): SeedSource => ({
  log,
  resets: () => read(readResets()),
  question: (tokenId) => questionOf(policy, tokenId),
});
