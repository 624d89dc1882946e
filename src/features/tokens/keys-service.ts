import { hostname } from 'node:os';
import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { inTransaction, type ReadDb } from '../../db/open.ts';
import type { InstancePlace } from '../../db/place.ts';
import { policyChanged } from '../../db/policy-change.ts';
import { runningGateways } from '../../db/running-gateways.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { type KeysShown, tokens } from './contract.ts';
import { addKey, type InstanceKeys, type KeySource, removeKey } from './key-ring.ts';
import { keyInForce, removeSecretsOf, setCurrentKey, showKeys } from './key-store.ts';

/** More tokens than this are compiled anew all at once. */
const MANY_TOKENS = 500;

const os = implement(tokens.keys).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  place: KeySource & Pick<InstancePlace, 'database'>;
  keys: InstanceKeys;
  clock: Clock;
  audit: AuditLog;
}

/** Replaces and retires the keys that secrets are hashed with. Gateways that run go on without a pause. */
export const createKeysService = ({ db, place, keys, clock, audit }: Dependencies) => {
  /** Their gateways would not have the new key: a file is not written on another machine. */
  async function refuseOtherMachines(tx: ReadDb): Promise<void> {
    const running = await runningGateways(tx, place, clock.now());
    const hosts = new Set(running.map(({ host }) => host).filter((host) => host !== hostname()));
    if (hosts.size > 0) throw new Fault('key.machines', { hosts: [...hosts].join(', ') });
  }

  return os.router({
    show: os.show.handler(() => showKeys(db, keys, clock.now())),

    replace: os.replace.handler(({ context }) =>
      audit.change(context.actor, async (tx, record) => {
        const before = await showKeys(tx, keys, clock.now());
        if (place.database.engine === 'postgres') await refuseOtherMachines(tx);
        // First in the file: who sees the change finds the key there. Killed in between, it is one key more, which
        // becomes the current one when the instance is next opened.
        const ring = addKey(place);
        keys.reload();
        await setCurrentKey(tx, ring.current.id);
        await policyChanged(tx, 'key', '', clock.now());
        const after = await showKeys(tx, keys, clock.now());
        const subject = { kind: 'key', id: ring.current.id, name: ring.current.id };
        record({ action: 'key.replace', subject, before: idsOf(before), after: idsOf(after) });
        return after;
      }),
    ),

    retire: os.retire.handler(async ({ input: { id, force }, context }) => {
      const now = clock.now();
      const present = await audit.change(context.actor, async (tx, record) => {
        if ((await keyInForce(tx, keys)).id === id) throw new Fault('key.current', { id });
        keys.reload();
        // It would stay in the key file, and with it whatever it verifies.
        if (keys.ring.source === 'memory') throw new Fault('key.elsewhere');
        const before = await showKeys(tx, keys, now);
        const key = before.keys.find((known) => known.id === id);
        if (key === undefined) throw new Fault('id.unknown', { kind: 'key', id });
        if (key.present && key.live > 0 && !force) throw new Fault('key.in_use', { id, count: key.live });
        const of = await removeSecretsOf(tx, id);
        if (of.length > MANY_TOKENS) await policyChanged(tx, 'all', '', now);
        else for (const tokenId of of) await policyChanged(tx, 'token', tokenId, now);
        // What is in the environment can go from there at any time, so the chain's key is kept now.
        const retired = keys.ring.keys.find((known) => known.id === id);
        if (retired !== undefined) audit.keepRetiredKey(retired);
        record({
          action: 'key.retire',
          subject: { kind: 'key', id, name: id },
          before: { ...idsOf(before), live: key.live, dead: key.dead },
          after: { ...idsOf(before), keys: idsOf(before).keys.filter((known) => known !== id) },
        });
        return key.present;
      });
      // Only behind that commit: with the key gone first, a failure would leave secrets that nothing verifies. What is
      // in the environment stays there; nothing hangs on it any more.
      return inTransaction(db, async (tx) => {
        if (present && keys.ring.source === 'file') {
          removeKey(place, id);
          keys.reload();
          await policyChanged(tx, 'key', '', now);
        }
        return showKeys(tx, keys, now);
      });
    }),
  });
};

const idsOf = ({ source, keys }: KeysShown) => ({
  source,
  current: keys.find((key) => key.current)?.id ?? null,
  keys: keys.map(({ id }) => id),
});
