import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { inTransaction, type ReadDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import { checkRestrictions } from '../directory/places.ts';
import { requireUser } from '../directory/store.ts';
import type { Catalogue } from '../endpoints/catalogue.ts';
import { type EndpointGrant, tokens } from './contract.ts';
import type { InstanceKey } from './key.ts';
import { isWellFormed, makeSecret, prefixOf } from './secret.ts';
import { changeToken, insertToken, queryTokens, requireToken } from './store.ts';

const DEFAULT_LIFETIME = 90 * DAY;

const os = implement(tokens).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  key: InstanceKey;
  clock: Clock;
  /** What a limited token's endpoint list may name. */
  catalogue: (db: ReadDb) => Promise<Pick<Catalogue, 'endpoints' | 'tags'>>;
}

/** Issues, lists, switches and revokes tokens. Each change is in force when its call returns. */
export const createTokensService = ({ db, key, clock, catalogue }: Dependencies) =>
  os.router({
    list: os.list.handler(({ input }) => {
      // A whole secret in the search field (found in some leak, say) finds its token.
      const search = input.search?.trim() ?? '';
      const query = isWellFormed(search)
        ? { ...input, search: undefined, secretHash: key.hash(search) }
        : input;
      return queryTokens(db, query, clock.now());
    }),

    get: os.get.handler(({ input }) => requireToken(db, input.id, clock.now())),

    create: os.create.handler(({ input, context }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const expiresAt = expiryOf(input.expiresAt, now);
        const user = await requireUser(tx, input.userId);
        if (!user.active) throw new Fault('user.deactivated', { name: user.name });
        const endpoints = checkEndpoints(input.endpoints, await catalogue(tx));
        const restrictions = await checkRestrictions(tx, input.restrictions);
        const id = newId(now);
        const secret = makeSecret();
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
          secret: { hash: key.hash(secret), keyId: key.id, prefix: prefixOf(secret) },
        });
        await policyChanged(tx, 'token', id, now);
        return { token: await requireToken(tx, id, now), secret };
      }),
    ),

    update: os.update.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const token = await requireToken(tx, input.id, now);
        const { name = token.name, note = token.note } = input;
        await changeToken(tx, input.id, { name, note });
        // The gateway knows the name: it stands in the log.
        if (name !== token.name) await policyChanged(tx, 'token', input.id, now);
        return requireToken(tx, input.id, now);
      }),
    ),

    setActive: os.setActive.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const token = await requireToken(tx, input.id, now);
        if (token.revokedAt) throw new Fault('token.revoked');
        await changeToken(tx, input.id, { active: input.active ? 1 : 0 });
        await policyChanged(tx, 'token', input.id, now);
        return requireToken(tx, input.id, now);
      }),
    ),

    revoke: os.revoke.handler(({ input, context }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const token = await requireToken(tx, input.id, now);
        if (token.revokedAt) return token;
        await changeToken(tx, input.id, { revoked_at: now, revoked_by: context.actor });
        await policyChanged(tx, 'token', input.id, now);
        return requireToken(tx, input.id, now);
      }),
    ),
  });

function expiryOf(asked: Date | null | undefined, now: number): number | null {
  if (asked === undefined) return now + DEFAULT_LIFETIME;
  if (asked === null) return null;
  if (asked.getTime() <= now) throw new Fault('expiry.past', { expiry: asked.toISOString() });
  return asked.getTime();
}

/** Refused with `endpoint.unknown` what the catalogue lacks. Named twice, an endpoint has the wider access. */
function checkEndpoints(
  asked: readonly EndpointGrant[],
  { endpoints, tags }: Pick<Catalogue, 'endpoints' | 'tags'>,
): EndpointGrant[] {
  const operations = new Set(endpoints.map((endpoint) => endpoint.operation));
  const grants = new Map<string, EndpointGrant>();
  for (const grant of asked) {
    const known = grant.kind === 'tag' ? tags.includes(grant.target) : operations.has(grant.target);
    if (!known) throw new Fault('endpoint.unknown', { name: grant.target, known: tags.join(', ') });
    const name = `${grant.kind} ${grant.target}`;
    if (grants.get(name)?.access !== 'write') grants.set(name, grant);
  }
  return [...grants.values()];
}
