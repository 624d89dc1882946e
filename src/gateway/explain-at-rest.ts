import { anchored, type Clock } from '../base/clock.ts';
import type { InstancePlace } from '../db/place.ts';
import { openReader } from '../db/reader.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import type { LogStore } from '../features/logs/log-store.ts';
import { keepKeys } from '../features/tokens/key-ring.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { explain } from './explain.ts';
import { lookAt } from './judgement.ts';
import { compilePolicy, readFrame, readPolicyRows } from './policy-rows.ts';
import { seedFromLog } from './seed-from-log.ts';

/**
 * What the gateway of an instance would decide, where none can be asked: its policy is read now, and its counters
 * follow from the log, which beside a gateway in another process is at most a second behind.
 */
export async function explainAtRest(
  { place, log, clock }: { place: InstancePlace; log: LogStore; clock: Clock },
  question: ExplainQuestion,
): Promise<Explanation> {
  const keys = keepKeys(place);
  const reader = openReader(place.database);
  try {
    // Only a question with a secret needs the keys.
    const keyIds = keys.present ? keys.ring.keys.map((key) => key.id) : [];
    const frame = await reader.read(readFrame(keyIds));
    const policy = compilePolicy(await reader.snapshot(readPolicyRows()), frame);
    const limiter = createLimiter();
    const steady = anchored(clock);
    await seedFromLog(limiter, { read: reader.read, log, clock, policy, origin: steady.origin });
    return await explain(
      { policy, limits: lookAt(limiter), ring: () => keys.ring, clock: steady, countedBy: 'log' },
      question,
    );
  } finally {
    await reader.close();
  }
}
