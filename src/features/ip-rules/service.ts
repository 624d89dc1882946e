import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { inTransaction } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { SeenAddress } from '../logs/seen.ts';
import { liveTokens, tokenNames } from '../tokens/store.ts';
import { parseAddress } from './addresses.ts';
import { ipRules } from './contract.ts';
import { cutOffBy, ownedRule } from './impact.ts';
import { IpRules } from './judge-address.ts';
import { putTrustedProxies, TRUSTED_PROXIES, trustedProxies } from './proxies-store.ts';
import { type ParsedRange, parseRange } from './ranges.ts';
import { listRules, putRule, removeRule, requireRule } from './store.ts';

/** A change that would cut off clients seen in this time says which. */
const LOOK_BACK = 7 * DAY;

/** More are no list of one's own proxies. */
const MAX_PROXIES = 1_000;

const os = implement(ipRules).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  clock: Clock;
  /** From where tokens were used since then (Unix milliseconds). */
  addressesSeen: (since: number) => SeenAddress[] | Promise<SeenAddress[]>;
}

/** The addresses and ranges from which tokens may be used. Each change is in force when its call returns. */
export const createIpRulesService = ({ db, clock, addressesSeen }: Dependencies) => {
  const changeProxies = (change: (known: string[]) => string[]): Promise<string[]> =>
    inTransaction(db, async (tx) => {
      const ranges = change(await trustedProxies(tx));
      await putTrustedProxies(tx, ranges);
      await policyChanged(tx, 'ip', TRUSTED_PROXIES, clock.now());
      return ranges;
    });

  return os.router({
    list: os.list.handler(() => listRules(db)),

    add: os.add.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const id = newId(now);
        await putRule(tx, id, { ...input, range: requireRange(input.range).canonical }, now);
        await policyChanged(tx, 'ip', id, now);
        return requireRule(tx, id);
      }),
    ),

    addAll: os.addAll.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const ids = input.rules.map(() => newId(now));
        for (const [index, rule] of input.rules.entries())
          await putRule(
            tx,
            ids[index] as string,
            { ...rule, range: requireRange(rule.range).canonical },
            now,
          );
        for (const id of ids) await policyChanged(tx, 'ip', id, now);
        return Promise.all(ids.map((id) => requireRule(tx, id)));
      }),
    ),

    update: os.update.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        await requireRule(tx, input.id);
        await putRule(tx, input.id, { ...input, range: requireRange(input.range).canonical }, now);
        await policyChanged(tx, 'ip', input.id, now);
        return requireRule(tx, input.id);
      }),
    ),

    remove: os.remove.handler(({ input }) =>
      inTransaction(db, async (tx) => {
        await requireRule(tx, input.id);
        await removeRule(tx, input.id);
        await policyChanged(tx, 'ip', input.id, clock.now());
      }),
    ),

    parse: os.parse.handler(({ input }) => {
      const { canonical, hostBitsCleared, first, last } = requireRange(input.range.trim());
      return { range: canonical, hostBitsCleared, first, last };
    }),

    test: os.test.handler(async ({ input }) => {
      const address = parseAddress(input.address.trim());
      if (!address.ok) throw new Fault('input.invalid', { field: 'address', detail: address.detail });
      if (input.tokenId) await tokenNames(db, [input.tokenId]);
      const rules = await listRules(db);
      const verdict = new IpRules(rules.map(ownedRule)).judge(address.canonical, input.tokenId);
      return { ...verdict, rule: rules.find((rule) => rule.id === verdict.rule?.id) ?? null };
    }),

    impact: os.impact.handler(async ({ input }) => {
      if (input.remove ? input.id === undefined : input.rule === undefined)
        throw new Fault('input.invalid', { field: 'change', detail: 'it names no rule' });
      if (input.id) await requireRule(db, input.id);
      const before = (await listRules(db)).map(ownedRule);
      const after = before.filter((rule) => rule.id !== input.id);
      if (input.rule && !input.remove) {
        const { range, label, tokenIds } = input.rule;
        await tokenNames(db, tokenIds ?? []);
        after.push({ id: input.id ?? '', range: requireRange(range).canonical, label, tokenIds });
      }
      const now = clock.now();
      const cutOff = cutOffBy(before, after, await addressesSeen(now - LOOK_BACK));
      // A revoked or expired token is cut off already.
      const live = await liveTokens(
        db,
        cutOff.map((client) => client.tokenId),
        now,
      );
      return cutOff.filter((client) => live.has(client.tokenId));
    }),
    trustedProxies: {
      list: os.trustedProxies.list.handler(() => trustedProxies(db)),

      add: os.trustedProxies.add.handler(({ input }) =>
        changeProxies((known) => {
          const { canonical } = requireRange(input.range);
          if (known.length >= MAX_PROXIES && !known.includes(canonical))
            throw new Fault('input.invalid', {
              field: 'range',
              detail: `there are ${MAX_PROXIES} proxies already`,
            });
          return [...known.filter((range) => range !== canonical), canonical];
        }),
      ),

      remove: os.trustedProxies.remove.handler(({ input }) =>
        changeProxies((known) => {
          const { canonical } = requireRange(input.range);
          if (!known.includes(canonical))
            throw new Fault('name.unknown', { kind: 'trusted proxy', name: canonical });
          return known.filter((range) => range !== canonical);
        }),
      ),
    },
  });
};

function requireRange(text: string): Extract<ParsedRange, { ok: true }> {
  const parsed = parseRange(text);
  if (!parsed.ok) throw new Fault('range.invalid', { range: text, detail: parsed.detail });
  return parsed;
}
