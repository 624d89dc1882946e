import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type RetentionShown, retention } from './contract.ts';
import { retentionIn, writeRetention } from './policy.ts';

interface Dependencies {
  db: Kysely<Schema>;
  audit: Pick<AuditLog, 'change'>;
  /** The request log, as far as it is asked what there is. */
  log: { size(): Promise<number>; oldestRow(): Promise<number | null> };
}

const os = implement(retention).$context<CallContext>().use(answerFaults);

/** How long the request log and its sums are kept; the log writer goes by it (features/logs/retention.ts). */
export function createRetentionService({ db, audit, log }: Dependencies) {
  const show = async (): Promise<RetentionShown> => {
    const [policy, logBytes, oldest] = await Promise.all([retentionIn(db), log.size(), log.oldestRow()]);
    return { ...policy, logBytes, oldestRow: oldest === null ? null : new Date(oldest) };
  };

  return os.router({
    show: os.show.handler(show),
    set: os.set.handler(async ({ input, context }) => {
      await audit.change(context.actor, async (tx, record) => {
        const before = await retentionIn(tx);
        await writeRetention(tx, input);
        record({
          action: 'retention.set',
          subject: { kind: 'retention', id: '', name: '' },
          before,
          after: input,
        });
      });
      return show();
    }),
  });
}
