import { anchored, type Clock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import { openKey } from '../features/tokens/key.ts';
import type { ExplainQuestion, Explanation } from './contract.ts';
import { explain } from './explain.ts';
import { builtInFrame, compilePolicy, readPolicyRows } from './policy-rows.ts';
import { seedLimiter } from './seed-limiter.ts';

/**
 * What the gateway on a file would decide, where none can be asked: its policy is read now, and its counters follow
 * from the log, which beside a gateway in another process is at most a second behind.
 */
export function explainAtRest(file: string, question: ExplainQuestion, clock: Clock): Explanation {
  const key = openKey(file);
  const db = openSqlite(file, { readonly: true });
  try {
    const policy = compilePolicy(readPolicyRows(db), { ...builtInFrame, keyId: key.id });
    const limiter = createLimiter();
    const steady = anchored(clock);
    seedLimiter(limiter, policy, file, steady);
    return explain({ policy, limiter, hash: key.hash, clock: steady, countedBy: 'log' }, question);
  } finally {
    db.close();
  }
}
