import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Clock } from '../../base/clock.ts';
import { inTransaction, type ReadDb, type WriteDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { tokenNames } from '../tokens/store.ts';
import { type LimitsShown, limits, type limitTarget } from './contract.ts';
import { limitsOf, NEW_INSTANCE_LIMIT, putLimit, removeLimit } from './store.ts';

const os = implement(limits).$context<CallContext>().use(answerFaults);

/** The default limit of every token, overrides of single tokens, and the ceiling of the whole instance. */
export const createLimitsService = ({ db, clock }: { db: Kysely<Schema>; clock: Clock }) => {
  const change = (work: (tx: WriteDb) => Promise<void>): Promise<LimitsShown> =>
    inTransaction(db, async (tx) => {
      await work(tx);
      await policyChanged(tx, 'limits', '', clock.now());
      return show(tx);
    });

  return os.router({
    show: os.show.handler(() => show(db)),
    set: os.set.handler(({ input }) =>
      change(async (tx) => putLimit(tx, await rowOf(tx, input.target), input.limit)),
    ),
    clear: os.clear.handler(({ input }) =>
      change(async (tx) => {
        const row = await rowOf(tx, input.target);
        if (row === 'default') await putLimit(tx, row, NEW_INSTANCE_LIMIT);
        else await removeLimit(tx, row);
      }),
    ),
  });
};

async function show(db: ReadDb): Promise<LimitsShown> {
  const found = limitsOf(await db.selectFrom('rate_limit').selectAll().execute());
  const names = await tokenNames(db, [...found.tokens.keys()]);
  const collator = new Intl.Collator('en');
  return {
    default: found.default,
    instance: found.instance,
    tokens: [...found.tokens]
      .map(([tokenId, limit]) => ({ tokenId, tokenName: names.get(tokenId) ?? '', limit }))
      .sort((a, b) => collator.compare(a.tokenName, b.tokenName)),
  };
}

/** The `target` column of the row; refused with `id.unknown` where there is no such token. */
async function rowOf(db: ReadDb, target: z.infer<typeof limitTarget>): Promise<string> {
  if (target.kind !== 'token') return target.kind;
  await tokenNames(db, [target.tokenId]);
  return target.tokenId;
}
