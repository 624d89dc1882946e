import { Fault } from '../../base/faults.ts';
import type { PolicyUser } from '../../features/directory/policy-rows.ts';
import type { Catalogue } from '../../features/endpoints/catalogue.ts';
import type { OwnedRule } from '../../features/ip-rules/judge-address.ts';
import { parseRange } from '../../features/ip-rules/ranges.ts';
import type { Limits } from '../../features/limits/store.ts';
import type { PolicyToken } from '../../features/tokens/policy-rows.ts';
import type { PolicyRows } from '../policy-rows.ts';
import type { Draft } from './contract.ts';

/**
 * The rows of a policy with a draft laid over them. What the draft names and is not there is refused with
 * `input.invalid`, which names the field.
 */
export function withDraft(rows: PolicyRows, draft: Draft, catalogue: Catalogue): PolicyRows {
  const known = {
    token: new Set(rows.tokens.map((token) => token.id)),
    user: new Set(rows.users.map((user) => user.id)),
  };
  const require = (kind: keyof typeof known, id: string, field: string): void => {
    if (!known[kind].has(id)) throw refused(field, `there is no ${kind} with the id ${id}`);
  };
  return {
    ...rows,
    limits: draft.limits === undefined ? rows.limits : withLimits(rows.limits, draft.limits, require),
    ipRules: draft.ipRules === undefined ? rows.ipRules : withIpRules(rows.ipRules, draft.ipRules, require),
    tokens:
      draft.tokens.length === 0 ? rows.tokens : withTokens(rows.tokens, draft.tokens, catalogue, require),
    users: draft.users.length === 0 ? rows.users : withUsers(rows.users, draft.users, require),
  };
}

type Require = (kind: 'token' | 'user', id: string, field: string) => void;

export const isEmpty = (draft: Draft): boolean =>
  draft.limits === undefined &&
  draft.ipRules === undefined &&
  draft.tokens.length === 0 &&
  draft.users.length === 0;

function withLimits(limits: Limits, draft: NonNullable<Draft['limits']>, require: Require): Limits {
  const tokens = new Map(limits.tokens);
  for (const [index, { tokenId, limit }] of draft.tokens.entries()) {
    require('token', tokenId, `draft.limits.tokens.${index}.tokenId`);
    if (limit === null) tokens.delete(tokenId);
    else tokens.set(tokenId, limit);
  }
  return {
    ...limits,
    default: draft.default ?? limits.default,
    instance: draft.instance === undefined ? limits.instance : draft.instance,
    tokens,
  };
}

function withIpRules(
  rules: readonly OwnedRule[],
  draft: NonNullable<Draft['ipRules']>,
  require: Require,
): OwnedRule[] {
  const known = new Set(rules.map((rule) => rule.id));
  const gone = new Set<string>();
  const drop = (id: string, field: string): void => {
    if (!known.has(id)) throw refused(field, `there is no IP rule with the id ${id}`);
    gone.add(id);
  };
  for (const [index, id] of draft.remove.entries()) drop(id, `draft.ipRules.remove.${index}`);
  for (const [index, { id }] of draft.change.entries()) drop(id, `draft.ipRules.change.${index}.id`);

  const ruleOf = (id: string, rule: (typeof draft.add)[number], field: string): OwnedRule => {
    const parsed = parseRange(rule.range);
    if (!parsed.ok) throw refused(`${field}.range`, parsed.detail);
    for (const [index, tokenId] of (rule.tokenIds ?? []).entries())
      require('token', tokenId, `${field}.tokenIds.${index}`);
    return { id, range: parsed.canonical, label: rule.label, tokenIds: rule.tokenIds };
  };
  return [
    ...rules.filter(({ id }) => !gone.has(id)),
    ...draft.change.map(({ id, ...rule }, index) => ruleOf(id, rule, `draft.ipRules.change.${index}`)),
    ...draft.add.map((rule, index) => ruleOf(`draft.${index}`, rule, `draft.ipRules.add.${index}`)),
  ];
}

function withTokens(
  tokens: readonly PolicyToken[],
  draft: Draft['tokens'],
  catalogue: Catalogue,
  require: Require,
): PolicyToken[] {
  const operations = new Set(catalogue.endpoints.map((endpoint) => endpoint.operation));
  const tags = new Set(catalogue.tags);
  const changed = new Map<string, Draft['tokens'][number]>();
  for (const [index, change] of draft.entries()) {
    require('token', change.tokenId, `draft.tokens.${index}.tokenId`);
    if (changed.has(change.tokenId)) throw refused(`draft.tokens.${index}.tokenId`, 'it is named twice');
    for (const [at, { kind, target }] of (change.endpoints ?? []).entries())
      if (!(kind === 'tag' ? tags : operations).has(target))
        throw refused(`draft.tokens.${index}.endpoints.${at}.target`, `there is no ${kind} named ${target}`);
    changed.set(change.tokenId, change);
  }
  return tokens.map((token) => {
    const change = changed.get(token.id);
    if (change === undefined) return token;
    return {
      ...token,
      scope: change.scope ?? token.scope,
      endpoints: change.scope === undefined ? token.endpoints : (change.endpoints ?? []),
      restrictions: change.restrictions ?? token.restrictions,
      expiresAt: change.expiresAt === undefined ? token.expiresAt : (change.expiresAt?.getTime() ?? null),
      active: change.active ?? token.active,
      // When does not matter: a revoked token is refused whatever the time.
      revokedAt: change.revoked ? (token.revokedAt ?? 0) : token.revokedAt,
    };
  });
}

function withUsers(users: readonly PolicyUser[], draft: Draft['users'], require: Require): PolicyUser[] {
  const changed = new Map<string, Draft['users'][number]>();
  for (const [index, change] of draft.entries()) {
    require('user', change.userId, `draft.users.${index}.userId`);
    if (changed.has(change.userId)) throw refused(`draft.users.${index}.userId`, 'it is named twice');
    changed.set(change.userId, change);
  }
  return users.map((user) => {
    const change = changed.get(user.id);
    if (change === undefined) return user;
    return {
      ...user,
      active: change.active ?? user.active,
      access: change.access ?? user.access,
      restrictions: change.restrictions ?? user.restrictions,
    };
  });
}

const refused = (field: string, detail: string): Fault => new Fault('input.invalid', { field, detail });
