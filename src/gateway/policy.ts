import type { Access } from '../db/schema.ts';
import type { PolicyUser } from '../features/directory/policy-rows.ts';
import type { Catalogue } from '../features/endpoints/catalogue.ts';
import type { PolicyIpRules } from '../features/ip-rules/policy-rows.ts';
import { compileRanges, type RangeSet } from '../features/ip-rules/ranges.ts';
import type { Limit } from '../features/limits/contract.ts';
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
  readonly validUntil: number | null;
}

/** Everything a decision is made from. A change replaces parts of it in one synchronous step. */
export interface Policy {
  readonly version: number;
  readonly catalogue: Catalogue;
  /** Operations that need no credential. */
  readonly open: ReadonlySet<string>;
  /** @param hash the HMAC of a secret under the instance's key, 32 bytes */
  find(hash: Buffer): FoundSecret | null;
  /** The token with this id, whatever its state. */
  token(id: string): CompiledToken | null;
  /** The ranges that judge a token: its own, else those for all; null where there are none. */
  rangesOf(tokenId: string): { readonly of: 'token' | 'all'; readonly ranges: RangeSet } | null;
  limitOf(tokenId: string): Limit;
  /** Whose that limit is: the token's own, or the default of every token. */
  limitOwner(tokenId: string): 'token' | 'default';
  readonly instanceLimit: Limit | null;
}

/** A policy as its keeper sees it: what changed is put in. */
export class MutablePolicy implements Policy {
  version = 0;
  readonly catalogue: Catalogue;
  readonly open: ReadonlySet<string>;
  readonly #keyId: string;
  readonly #tokens = new Map<string, CompiledToken>();
  readonly #secrets = new Map<string, FoundSecret>();
  readonly #users = new Map<string, PolicyUser>();
  readonly #tokensOfUser = new Map<string, Set<string>>();
  #allRanges: RangeSet | null = null;
  #tokenRanges = new Map<string, RangeSet>();
  #limits: Limits | null = null;

  /** @param keyId of the key that secrets are hashed with */
  constructor(keyId: string, catalogue: Catalogue, open: ReadonlySet<string>) {
    this.#keyId = keyId;
    this.catalogue = catalogue;
    this.open = open;
  }

  find(hash: Buffer): FoundSecret | null {
    return this.#secrets.get(nameOf(hash)) ?? null;
  }

  token(id: string): CompiledToken | null {
    return this.#tokens.get(id) ?? null;
  }

  rangesOf(tokenId: string): { of: 'token' | 'all'; ranges: RangeSet } | null {
    const own = this.#tokenRanges.get(tokenId);
    if (own !== undefined) return { of: 'token', ranges: own };
    return this.#allRanges === null ? null : { of: 'all', ranges: this.#allRanges };
  }

  limitOf(tokenId: string): Limit {
    const limits = this.#limits as Limits;
    return limits.tokens.get(tokenId) ?? limits.default;
  }

  limitOwner(tokenId: string): 'token' | 'default' {
    return this.#limits?.tokens.has(tokenId) ? 'token' : 'default';
  }

  get instanceLimit(): Limit | null {
    return this.#limits?.instance ?? null;
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

  replaceIpRules(rules: PolicyIpRules): void {
    // Compiled whole before any of it is in force.
    const all = rules.all.length === 0 ? null : compileRanges(rules.all);
    const byToken = new Map<string, RangeSet>();
    for (const [tokenId, own] of rules.byToken) byToken.set(tokenId, compileRanges(own));
    this.#allRanges = all;
    this.#tokenRanges = byToken;
  }

  #put(token: PolicyToken): void {
    const user = this.#users.get(token.userId);
    // The database has no token without its user; without one there is no right to grant.
    if (user === undefined) return;
    const compiled = compileToken(token, user);
    this.#tokens.set(token.id, compiled);
    // Hashed under another key, a row can be the hash of no secret that is shown to us.
    for (const { hash, keyId, validUntil } of token.secrets)
      if (keyId === this.#keyId) this.#secrets.set(nameOf(hash), { compiled, validUntil });
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
