import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { Fault } from '../../base/faults.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { type InstanceKeys, KEY_VARIABLE } from '../tokens/key-ring.ts';
import { audit } from './contract.ts';
import { listActors, queryEntries } from './store.ts';
import { verifyLog } from './verify.ts';

const os = implement(audit).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  /** The file beside the key that says where the log ends; null: there is none. */
  head: string | null;
  keys: InstanceKeys;
}

/** Who changed or exported what; there is no call that writes into it. */
export const createAuditService = ({ db, head, keys }: Dependencies) =>
  os.router({
    list: os.list.handler(async ({ input: { filter, before, limit } }) => {
      const entries = await queryEntries(db, filter, before, limit + 1);
      const items = entries.slice(0, limit);
      return { items, next: entries.length > limit ? (items.at(-1)?.seq ?? null) : null };
    }),
    actors: os.actors.handler(() => listActors(db)),
    verify: os.verify.handler(() => {
      if (!keys.present) throw new Fault('key.absent', { variable: KEY_VARIABLE });
      return verifyLog(db, head, keys);
    }),
  });
