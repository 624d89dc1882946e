import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { inTransaction } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { tokens } from './contract.ts';
import { addKey, type InstanceKeys, removeKey } from './key-ring.ts';
import { keyInForce, removeSecretsOf, setCurrentKey, showKeys } from './key-store.ts';

/** More tokens than this are compiled anew all at once. */
const MANY_TOKENS = 500;

const os = implement(tokens.keys).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  file: string;
  keys: InstanceKeys;
  clock: Clock;
}

/** Replaces and retires the keys that secrets are hashed with. Gateways that run go on without a pause. */
export const createKeysService = ({ db, file, keys, clock }: Dependencies) =>
  os.router({
    show: os.show.handler(() => showKeys(db, keys, clock.now())),

    replace: os.replace.handler(() =>
      inTransaction(db, async (tx) => {
        // First in the file: who sees the change finds the key there. Killed in between, it is one key more, which
        // becomes the current one when the instance is next opened.
        const ring = addKey(file);
        keys.reload();
        await setCurrentKey(tx, ring.current.id);
        await policyChanged(tx, 'key', '', clock.now());
        return showKeys(tx, keys, clock.now());
      }),
    ),

    retire: os.retire.handler(async ({ input: { id, force } }) => {
      const now = clock.now();
      const present = await inTransaction(db, async (tx) => {
        if ((await keyInForce(tx, keys)).id === id) throw new Fault('key.current', { id });
        keys.reload();
        const key = (await showKeys(tx, keys, now)).keys.find((known) => known.id === id);
        if (key === undefined) throw new Fault('id.unknown', { kind: 'key', id });
        if (key.present && key.live > 0 && !force) throw new Fault('key.in_use', { id, count: key.live });
        const of = await removeSecretsOf(tx, id);
        if (of.length > MANY_TOKENS) await policyChanged(tx, 'all', '', now);
        else for (const tokenId of of) await policyChanged(tx, 'token', tokenId, now);
        return key.present;
      });
      // Only behind that commit: with the key gone first, a failure would leave secrets that nothing verifies. What is
      // in the environment stays there; nothing hangs on it any more.
      return inTransaction(db, async (tx) => {
        if (present && keys.ring.source === 'file') {
          removeKey(file, id);
          keys.reload();
          await policyChanged(tx, 'key', '', now);
        }
        return showKeys(tx, keys, now);
      });
    }),
  });
