import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import { policyChanged } from '../../db/policy-change.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog, Recorded } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { SeenAddress } from '../logs/seen.ts';
import { liveTokens, tokenNames } from '../tokens/store.ts';
import { parseAddress } from './addresses.ts';
import { type IpRule, ipRules } from './contract.ts';
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
  audit: AuditLog;
  /** From where tokens were used since then (Unix milliseconds). */
  addressesSeen: (since: number) => SeenAddress[] | Promise<SeenAddress[]>;
}

/** The addresses and ranges from which tokens may be used. Each change is in force when its call returns. */
export const createIpRulesService = ({ db, clock, audit, addressesSeen }: Dependencies) => {
  const changeProxies = (
    { actor }: CallContext,
    action: AuditAction,
    change: (known: string[]) => string[],
  ): Promise<string[]> =>
    audit.change(actor, async (tx, record) => {
      const before = await trustedProxies(tx);
      const ranges = change(before);
      record({ action, subject: { kind: 'trusted_proxy', id: '', name: '' }, before, after: ranges });
      await putTrustedProxies(tx, ranges);
      await policyChanged(tx, 'ip', TRUSTED_PROXIES, clock.now());
      return ranges;
    });

  return os.router({
    list: os.list.handler(() => listRules(db)),

    add: os.add.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const now = clock.now();
        const id = newId(now);
        await putRule(tx, id, { ...input, range: requireRange(input.range).canonical }, now);
        await policyChanged(tx, 'ip', id, now);
        const rule = await requireRule(tx, id);
        record(recordedRule('ip_rule.add', null, rule));
        return rule;
      }),
    ),

    addAll: os.addAll.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
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
        const rules: IpRule[] = [];
        for (const id of ids) rules.push(await requireRule(tx, id));
        for (const rule of rules) record(recordedRule('ip_rule.add', null, rule));
        return rules;
      }),
    ),

    update: os.update.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const now = clock.now();
        const before = await requireRule(tx, input.id);
        await putRule(tx, input.id, { ...input, range: requireRange(input.range).canonical }, now);
        await policyChanged(tx, 'ip', input.id, now);
        const after = await requireRule(tx, input.id);
        record(recordedRule('ip_rule.update', before, after));
        return after;
      }),
    ),

    remove: os.remove.handler(({ input, context }) =>
      audit.change(context.actor, async (tx, record) => {
        const before = await requireRule(tx, input.id);
        await removeRule(tx, input.id);
        record(recordedRule('ip_rule.remove', before, null));
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

      add: os.trustedProxies.add.handler(({ input, context }) =>
        changeProxies(context, 'trusted_proxy.add', (known) => {
          const { canonical } = requireRange(input.range);
          if (known.length >= MAX_PROXIES && !known.includes(canonical))
            throw new Fault('input.invalid', {
              field: 'range',
              detail: `there are ${MAX_PROXIES} proxies already`,
            });
          return [...known.filter((range) => range !== canonical), canonical];
        }),
      ),

      remove: os.trustedProxies.remove.handler(({ input, context }) =>
        changeProxies(context, 'trusted_proxy.remove', (known) => {
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

/** @param before null: it is new; @param after null: it is gone */
function recordedRule(action: AuditAction, before: IpRule | null, after: IpRule | null): Recorded {
  const { id, range } = (after ?? before) as IpRule;
  const decided = (rule: IpRule) => ({ range: rule.range, label: rule.label, tokens: rule.tokens });
  return {
    action,
    subject: { kind: 'ip_rule', id, name: range },
    before: before && decided(before),
    after: after && decided(after),
  };
}
