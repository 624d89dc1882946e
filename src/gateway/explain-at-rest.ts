import { anchored, type Clock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { placeOfFile } from '../db/place.ts';
import { readNow, readSnapshotNow } from '../db/reads.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import { keepKeys } from '../features/tokens/key-ring.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { explain } from './explain.ts';
import { lookAt } from './judgement.ts';
import { compilePolicy, readFrame, readPolicyRows } from './policy-rows.ts';
import { seedFromLog } from './seed-from-log.ts';

/**
 * What the gateway on a file would decide, where none can be asked: its policy is read now, and its counters follow
 * from the log, which beside a gateway in another process is at most a second behind.
 */
export async function explainAtRest(
  file: string,
  question: ExplainQuestion,
  clock: Clock,
): Promise<Explanation> {
  const keys = keepKeys(placeOfFile(file));
  const db = openSqlite(file, { readonly: true });
  try {
    const frame = readNow(db, readFrame(keys.ring.keys.map((key) => key.id)));
    const policy = compilePolicy(readSnapshotNow(db, readPolicyRows()), frame);
    const limiter = createLimiter();
    const steady = anchored(clock);
    seedFromLog(limiter, file, db, clock, policy, steady.origin);
    const limits = lookAt(limiter);
    return await explain(
      { policy, limits, ring: () => keys.ring, clock: steady, countedBy: 'log' },
      question,
    );
  } finally {
    db.close();
  }
}
