import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { InstancePlace } from '../../db/place.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog, Record } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import { checkRestrictions } from '../directory/places.ts';
import { requireUser } from '../directory/store.ts';
import type { Catalogue } from '../endpoints/catalogue.ts';
import { recordedToken } from './audited.ts';
import { type Token, tokens } from './contract.ts';
import { checkEndpoints, scopeAfter } from './endpoint-grants.ts';
import { checkExpiry, defaultExpiry, readTokenPolicy, writeTokenPolicy } from './expiry.ts';
import { createHygieneService, type HygieneSources } from './hygiene-service.ts';
import type { InstanceKeys, KeySource } from './key-ring.ts';
import { keyInForce } from './key-store.ts';
import { createKeysService } from './keys-service.ts';
import { oldValidUntil, outgoing } from './rotation.ts';
import { isWellFormed, makeSecret, prefixOf } from './secret.ts';
import { insertSecret, type NewSecret, outdateSecret, shortenOverlap } from './secret-store.ts';
import { countExpiring, queryTokens, requireToken } from './store.ts';
import { changeToken, insertToken, replaceEndpoints, replaceRestrictions } from './token-rows.ts';

const os = implement(tokens).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  /** Where the instance's keys are. */
  place: KeySource & Pick<InstancePlace, 'database'>;
  keys: InstanceKeys;
  clock: Clock;
  audit: AuditLog;
  /** What a limited token's endpoint list may name. */
  catalogue: (db: ReadDb) => Promise<Pick<Catalogue, 'endpoints' | 'tags'>>;
  hygiene: HygieneSources;
}

/** Issues, lists, changes, rotates, switches and revokes tokens. Each change is in force when its call returns. */
export const createTokensService = ({ db, place, keys, clock, audit, catalogue, hygiene }: Dependencies) => {
  const newSecret = async (tx: WriteDb, now: number): Promise<NewSecret & { secret: string }> => {
    const key = await keyInForce(tx, keys);
    const secret = makeSecret();
    const prefix = prefixOf(secret);
    return { id: newId(now), hash: key.hash(secret), keyId: key.id, prefix, createdAt: now, secret };
  };
  /** One token's change, which gateways apply before their next request. */
  const change = (
    id: string,
    { actor }: CallContext,
    action: AuditAction,
    work: (tx: WriteDb, token: Token, now: number) => Promise<void>,
  ) =>
    audit.change(actor, async (tx, record) => {
      const now = clock.now();
      const before = await requireToken(tx, id, now);
      await work(tx, before, now);
      await policyChanged(tx, 'token', id, now);
      const after = await requireToken(tx, id, now);
      record(recordedToken(action, before, after));
      return after;
    });
  const revoke = async (
    tx: WriteDb,
    id: string,
    actor: string,
    now: number,
    record: Record,
  ): Promise<Token> => {
    const token = await requireToken(tx, id, now);
    if (token.revokedAt) return token;
    await changeToken(tx, id, { revoked_at: now, revoked_by: actor });
    await policyChanged(tx, 'token', id, now);
    const after = await requireToken(tx, id, now);
    record(recordedToken('token.revoke', token, after));
    return after;
  };

  return os.router({
    list: os.list.handler(async ({ input }) => {
      // A whole secret in the search field (found in some leak, say) finds its token.
      const search = input.search?.trim() ?? '';
      if (!isWellFormed(search)) return queryTokens(db, input, clock.now());
      await keyInForce(db, keys);
      const secretHashes = keys.ring.keys.map((key) => key.hash(search));
      return queryTokens(db, { ...input, search: undefined, secretHashes }, clock.now());
    }),

    get: os.get.handler(({ input }) => requireToken(db, input.id, clock.now())),

    create: os.create.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const now = clock.now();
        const policy = await readTokenPolicy(tx);
        const expiresAt =
          input.expiresAt === undefined
            ? defaultExpiry(policy, now)
            : checkExpiry(input.expiresAt, policy, now);
        const user = await requireUser(tx, input.userId);
        if (!user.active) throw new Fault('user.deactivated', { name: user.name });
        const endpoints = checkEndpoints(input.endpoints, await catalogue(tx));
        const restrictions = await checkRestrictions(tx, input.restrictions);
        const id = newId(now);
        const { secret, ...row } = await newSecret(tx, now);
        await insertToken(tx, {
          id,
          name: input.name,
          userId: input.userId,
          scope: input.scope,
          endpoints,
          restrictions,
          note: input.note,
          createdAt: now,
          createdBy: context.actor,
          expiresAt,
          secret: row,
        });
        await policyChanged(tx, 'token', id, now);
        const token = await requireToken(tx, id, now);
        record(recordedToken('token.create', null, token));
        return { token, secret };
      }),
    ),

    update: os.update.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const now = clock.now();
        const { id, name, note, expiresAt, restrictions } = input;
        const token = await requireToken(tx, id, now);
        const scoped = scopeAfter(token, input, await catalogue(tx));
        const right = scoped !== null || expiresAt !== undefined || restrictions !== undefined;
        if (right && token.revokedAt) throw new Fault('token.revoked');
        if (name !== undefined || note !== undefined)
          await changeToken(tx, id, {
            ...(name !== undefined && { name }),
            ...(note !== undefined && { note }),
          });
        if (scoped !== null) {
          await changeToken(tx, id, { scope: scoped.scope });
          await replaceEndpoints(tx, id, scoped.endpoints);
        }
        if (restrictions !== undefined)
          await replaceRestrictions(tx, id, await checkRestrictions(tx, restrictions));
        // An expiry that stays as it is, is not measured: a newer policy does not cut what is there.
        if (expiresAt !== undefined && expiresAt?.getTime() !== token.expiresAt?.getTime()) {
          const expires = checkExpiry(expiresAt, await readTokenPolicy(tx), now);
          await changeToken(tx, id, { expires_at: expires });
          if (expires !== null) await shortenOverlap(tx, id, expires);
        }
        // The gateway knows the name: it stands in the log.
        if (right || (name ?? token.name) !== token.name) await policyChanged(tx, 'token', id, now);
        const after = await requireToken(tx, id, now);
        record(recordedToken('token.update', token, after));
        return after;
      }),
    ),

    setActive: os.setActive.handler(({ input, context }) =>
      change(input.id, context, 'token.switch', async (tx, token) => {
        if (token.revokedAt) throw new Fault('token.revoked');
        await changeToken(tx, input.id, { active: input.active ? 1 : 0 });
      }),
    ),

    rotate: os.rotate.handler(async ({ input: { id, overlap }, context }) => {
      let made = { secret: '', oldValidUntil: null as Date | null };
      const token = await change(id, context, 'token.rotate', async (tx, before, now) => {
        const until = oldValidUntil(before, overlap, now);
        const { secret, ...row } = await newSecret(tx, now);
        await outdateSecret(tx, id, until);
        await insertSecret(tx, id, row);
        made = { secret, oldValidUntil: before.secrets.length > 0 ? new Date(until) : null };
      });
      return { token, ...made };
    }),

    endOverlap: os.endOverlap.handler(({ input, context }) =>
      change(input.id, context, 'token.end_overlap', async (tx, token, now) => {
        if (outgoing(token, now) === null) throw new Fault('rotation.none');
        await shortenOverlap(tx, input.id, now);
      }),
    ),

    revoke: os.revoke.handler(({ input, context }) =>
      audit.change(context.actor, (tx, record) => revoke(tx, input.id, context.actor, clock.now(), record)),
    ),

    revokeAll: os.revokeAll.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const revoked: Token[] = [];
        for (const id of new Set(input.ids))
          revoked.push(await revoke(tx, id, context.actor, clock.now(), record));
        return revoked;
      }),
    ),

    expiring: os.expiring.handler(async () => {
      const [within1Day = 0, within10Days = 0, within30Days = 0] = await countExpiring(
        db,
        [1, 10, 30],
        clock.now(),
      );
      return { within1Day, within10Days, within30Days };
    }),

    ...createHygieneService({ db, clock, catalogue, sources: hygiene }),

    policy: {
      show: os.policy.show.handler(() => readTokenPolicy(db)),
      set: os.policy.set.handler(({ input, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const before = await readTokenPolicy(tx);
          await writeTokenPolicy(tx, input);
          const after = await readTokenPolicy(tx);
          const subject = { kind: 'token_policy', id: '', name: '' };
          record({ action: 'token_policy.set', subject, before, after });
          return after;
        }),
      ),
    },

    keys: createKeysService({ db, place, keys, clock, audit }),
  });
};
