import type { Access } from '../db/schema.ts';
import type { PolicyUser } from '../features/directory/policy-rows.ts';
import type { Catalogue } from '../features/endpoints/catalogue.ts';
import { IpRules, type OwnedRule } from '../features/ip-rules/judge-address.ts';
import type { RangeSet } from '../features/ip-rules/ranges.ts';
import { compileProxies } from '../features/ip-rules/trusted-proxies.ts';
import type { Limit } from '../features/limits/contract.ts';
import type { LimitQuestion } from '../features/limits/limiter.ts';
import type { Limits } from '../features/limits/store.ts';
import type { PolicyToken } from '../features/tokens/policy-rows.ts';
import type { Visible } from '../shifts-api/visible.ts';

/** A token with all that a decision needs of it and of its user. */
export interface CompiledToken {
  readonly token: PolicyToken;
  readonly user: PolicyUser;
  /** What a limited token may do, by tag and by operation; null for the other scopes. */
  readonly grants: {
    readonly tags: ReadonlyMap<string, Access>;
    readonly operations: ReadonlyMap<string, Access>;
  } | null;
  /** The rows that both the token and its user may see. */
  readonly visible: Visible;
  /** Written once here, not with each request. */
  readonly credentialDetail: string;
  readonly restrictionDetail: string;
}

/** A secret that was found: its token, and until when this very secret is good (Unix ms, null: as its token). */
export interface FoundSecret {
  readonly compiled: CompiledToken;
  readonly id: string;
  /** Its first characters, which may be shown. */
  readonly prefix: string;
  /** Of the key that it was hashed with. */
  readonly keyId: string;
  readonly validUntil: number | null;
}

/** Everything a decision is made from. A change replaces parts of it in one synchronous step. */
export interface Policy {
  readonly version: number;
  readonly catalogue: Catalogue;
  /** Operations that need no credential. */
  readonly open: ReadonlySet<string>;
  /** @param hash the HMAC of a secret under one of the instance's keys, 32 bytes */
  find(hash: Buffer): FoundSecret | null;
  /** The token with this id, whatever its state. */
  token(id: string): CompiledToken | null;
  /** The ranges that judge a token: its own, else those for all; null where there are none. */
  rangesOf(tokenId: string): { readonly of: 'token' | 'all'; readonly ranges: RangeSet } | null;
  /** The proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: RangeSet;
  limitOf(tokenId: string): Limit;
  /** Whose that limit is: the token's own, or the default of every token. */
  limitOwner(tokenId: string): 'token' | 'default';
  readonly instanceLimit: Limit | null;
  /** The limits on trial that a request of a token is counted under; null where there are none. */
  trialOf(tokenId: string): LimitQuestion | null;
  /** The name of a token, or null where there is no such token. */
  nameOf(tokenId: string): string | null;
}

/** A policy as its keeper sees it: what changed is put in. */
export class MutablePolicy implements Policy {
  version = 0;
  readonly catalogue: Catalogue;
  readonly open: ReadonlySet<string>;
  #keyIds: ReadonlySet<string>;
  readonly #tokens = new Map<string, CompiledToken>();
  readonly #secrets = new Map<string, FoundSecret>();
  readonly #users = new Map<string, PolicyUser>();
  readonly #tokensOfUser = new Map<string, Set<string>>();
  #ipRules = new IpRules();
  #trustedProxies: RangeSet;
  readonly #alwaysTrusted: readonly string[];
  #limits: Limits | null = null;

  /**
   * @param keyIds of the keys that secrets are hashed with
   * @param alwaysTrusted ranges of proxies that are trusted beside those of the instance
   */
  constructor(
    keyIds: readonly string[],
    catalogue: Catalogue,
    open: ReadonlySet<string>,
    alwaysTrusted: readonly string[] = [],
  ) {
    this.#alwaysTrusted = alwaysTrusted;
    this.#trustedProxies = compileProxies(alwaysTrusted);
    this.#keyIds = new Set(keyIds);
    this.catalogue = catalogue;
    this.open = open;
  }

  find(hash: Buffer): FoundSecret | null {
    const found = this.#secrets.get(nameOf(hash));
    // Hashed under a key that is not ours, a row can be the hash of no secret that is shown to us.
    return found !== undefined && this.#keyIds.has(found.keyId) ? found : null;
  }

  token(id: string): CompiledToken | null {
    return this.#tokens.get(id) ?? null;
  }

  rangesOf(tokenId: string): { of: 'token' | 'all'; ranges: RangeSet } | null {
    return this.#ipRules.rangesOf(tokenId);
  }

  limitOf(tokenId: string): Limit {
    const limits = this.#limits as Limits;
    return limits.tokens.get(tokenId) ?? limits.default;
  }

  get trustedProxies(): RangeSet {
    return this.#trustedProxies;
  }

  trialOf(tokenId: string): LimitQuestion | null {
    const { trials, tokens } = this.#limits as Limits;
    const token = trials.tokens.get(tokenId) ?? (tokens.has(tokenId) ? null : trials.default);
    if (token === null && trials.instance === null) return null;
    return { tokenId, token: token ?? UNLIMITED, instance: trials.instance };
  }

  nameOf(tokenId: string): string | null {
    return this.#tokens.get(tokenId)?.token.name ?? null;
  }

  limitOwner(tokenId: string): 'token' | 'default' {
    return this.#limits?.tokens.has(tokenId) ? 'token' : 'default';
  }

  get instanceLimit(): Limit | null {
    return this.#limits?.instance ?? null;
  }

  replaceKeys(keyIds: readonly string[]): void {
    this.#keyIds = new Set(keyIds);
  }

  /** Takes these users and tokens in place of all that was there. */
  replaceAll(users: readonly PolicyUser[], tokens: readonly PolicyToken[]): void {
    this.#users.clear();
    this.#tokens.clear();
    this.#secrets.clear();
    this.#tokensOfUser.clear();
    for (const user of users) this.#users.set(user.id, user);
    for (const token of tokens) this.#put(token);
  }

  /** Takes what is now true of the tokens `ids`; one that is not among `tokens` is gone. */
  replaceTokens(ids: Iterable<string>, tokens: readonly PolicyToken[]): void {
    for (const id of ids) this.#drop(id);
    for (const token of tokens) this.#put(token);
  }

  /** Takes what is now true of the users `ids`, and compiles their tokens anew. */
  replaceUsers(ids: Iterable<string>, users: readonly PolicyUser[]): void {
    for (const id of ids) this.#users.delete(id);
    for (const user of users) this.#users.set(user.id, user);
    for (const id of ids)
      for (const tokenId of [...(this.#tokensOfUser.get(id) ?? [])]) {
        const known = this.#tokens.get(tokenId);
        this.#drop(tokenId);
        if (known !== undefined) this.#put(known.token);
      }
  }

  replaceLimits(limits: Limits): void {
    this.#limits = limits;
  }

  /** Takes these rules in place of all that were there. */
  replaceAllIpRules(rules: readonly OwnedRule[]): void {
    this.#ipRules = new IpRules(rules);
  }

  /** Takes what is now true of the IP rules `ids`; one that is not among `rules` is gone. */
  replaceIpRules(ids: Iterable<string>, rules: readonly OwnedRule[]): void {
    this.#ipRules.replace(ids, rules);
  }

  /** @param ranges those of the instance */
  replaceTrustedProxies(ranges: readonly string[]): void {
    this.#trustedProxies = compileProxies([...this.#alwaysTrusted, ...ranges]);
  }

  #put(token: PolicyToken): void {
    const user = this.#users.get(token.userId);
    // The database has no token without its user; without one there is no right to grant.
    if (user === undefined) return;
    const compiled = compileToken(token, user);
    this.#tokens.set(token.id, compiled);
    for (const { hash, ...secret } of token.secrets) this.#secrets.set(nameOf(hash), { compiled, ...secret });
    const siblings = this.#tokensOfUser.get(user.id);
    if (siblings) siblings.add(token.id);
    else this.#tokensOfUser.set(user.id, new Set([token.id]));
  }

  #drop(id: string): void {
    const known = this.#tokens.get(id);
    if (known === undefined) return;
    this.#tokens.delete(id);
    for (const { hash } of known.token.secrets) this.#secrets.delete(nameOf(hash));
    this.#tokensOfUser.get(known.token.userId)?.delete(id);
  }
}

/** Of a token that has no trial while the instance has one. */
const UNLIMITED: Limit = {
  requestsPerHour: Number.MAX_SAFE_INTEGER,
  burst: { requests: Number.MAX_SAFE_INTEGER, seconds: 1 },
};

const nameOf = (hash: Buffer): string => hash.toString('latin1');

/** The effective right: what both the token and its user allow. */
export function compileToken(token: PolicyToken, user: PolicyUser): CompiledToken {
  const visible = {
    businessUnits: both(token.restrictions.businessUnits, user.restrictions.businessUnits),
    locations: both(token.restrictions.locations, user.restrictions.locations),
    userGroups: both(token.restrictions.userGroups, user.restrictions.userGroups),
  };
  return {
    token,
    user,
    grants: token.scope === 'limited' ? grantsOf(token) : null,
    visible,
    credentialDetail: `token "${token.name}" of ${user.email}, ${expiryOf(token)}`,
    restrictionDetail: restrictionDetail(visible, token, user),
  };
}

function grantsOf(token: PolicyToken): NonNullable<CompiledToken['grants']> {
  const of = (kind: 'tag' | 'operation') =>
    new Map(
      token.endpoints.filter((grant) => grant.kind === kind).map((grant) => [grant.target, grant.access]),
    );
  return { tags: of('tag'), operations: of('operation') };
}

/** Two lists of ids are both in force; an empty one narrows nothing. */
function both(one: readonly string[], other: readonly string[]): ReadonlySet<string> | null {
  if (one.length === 0) return other.length === 0 ? null : new Set(other);
  if (other.length === 0) return new Set(one);
  const inOther = new Set(other);
  return new Set(one.filter((id) => inOther.has(id)));
}

const expiryOf = (token: PolicyToken): string =>
  token.expiresAt === null ? 'never expires' : `expires ${new Date(token.expiresAt).toISOString()}`;

/** How much may be seen, and whose restrictions say so. */
function restrictionDetail(visible: Visible, token: PolicyToken, user: PolicyUser): string {
  const parts = [
    ['business units', 'businessUnits'] as const,
    ['locations', 'locations'] as const,
    ['user groups', 'userGroups'] as const,
  ].flatMap(([words, kind]) => {
    const ids = visible[kind];
    if (ids === null) return [];
    const [own, users] = [token.restrictions[kind].length > 0, user.restrictions[kind].length > 0];
    const whose = own && users ? 'of the token and of its user' : own ? 'of the token' : 'of its user';
    return [`${ids.size} ${words} (${whose})`];
  });
  return parts.length === 0 ? 'no restrictions' : `restricted to ${parts.join(', ')}`;
}
