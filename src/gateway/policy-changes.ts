import { type Reads, rowsOf } from '../db/reads.ts';
import type { PolicyKind } from '../db/schema.ts';
import { type PolicyUser, readPolicyUsers } from '../features/directory/policy-rows.ts';
import type { OwnedRule } from '../features/ip-rules/judge-address.ts';
import { readIpRules } from '../features/ip-rules/policy-rows.ts';
import { readTrustedProxies, TRUSTED_PROXIES } from '../features/ip-rules/proxies-store.ts';
import { type LimitReset, readResets } from '../features/limits/resets.ts';
import { type Limits, readLimits } from '../features/limits/store.ts';
import { type PolicyToken, readPolicyTokens } from '../features/tokens/policy-rows.ts';
import type { MutablePolicy } from './policy.ts';
import { readPolicyVersion } from './policy-rows.ts';

/** From so many changes on, reading everything anew is cheaper than reading each. */
const MANY_CHANGES = 2_000;

/** What of a policy has changed, with what it is now; `null` ids: all of them. */
export interface PolicyChanges {
  readonly version: number;
  readonly users: { readonly ids: readonly string[] | null; readonly rows: readonly PolicyUser[] };
  readonly tokens: { readonly ids: readonly string[] | null; readonly rows: readonly PolicyToken[] };
  readonly ipRules: { readonly ids: readonly string[] | null; readonly rows: readonly OwnedRule[] };
  readonly limits: Limits | null;
  readonly trustedProxies: readonly string[] | null;
  /** Whether the keys that secrets are hashed with are to be read again. */
  readonly keys: boolean;
  readonly resets: readonly LimitReset[];
}

/** What a follower of the policy has. */
export interface PolicySeen {
  /** null: nothing yet. */
  readonly version: number | null;
  /** The id of the last reset of counters. */
  readonly resets: number;
}

interface Change {
  readonly version: number;
  readonly kind: PolicyKind;
  readonly entity: string;
}

/** A release before this one named no rule where an IP rule had changed. */
const isOfAll = ({ kind, entity }: Change): boolean => kind === 'all' || (kind === 'ip' && entity === '');

/** What has changed since `seen`; null: nothing. The caller has it read from one state of the database. */
export function* readPolicyChanges(seen: PolicySeen): Reads<PolicyChanges | null> {
  const version = yield* readPolicyVersion();
  if (version === seen.version) return null;
  const changes =
    seen.version === null
      ? []
      : yield* rowsOf<Change>(
          `SELECT version, kind, entity FROM policy_change WHERE version > ? ORDER BY version
           LIMIT ${MANY_CHANGES + 1}`,
          seen.version,
        );
  const resets = yield* readResets(seen.resets);
  // Versions have no gaps unless old rows were removed, or a transaction that had taken one failed.
  const whole =
    seen.version !== null && changes.length <= MANY_CHANGES && changes[0]?.version === seen.version + 1;
  return whole && !changes.some(isOfAll)
    ? { version, resets, ...(yield* readEach(changes)) }
    : { version, resets, ...(yield* readAll()) };
}

type Contents = Omit<PolicyChanges, 'version' | 'resets'>;

function* readAll(): Reads<Contents> {
  return {
    users: { ids: null, rows: yield* readPolicyUsers() },
    tokens: { ids: null, rows: yield* readPolicyTokens() },
    ipRules: { ids: null, rows: yield* readIpRules() },
    limits: yield* readLimits(),
    trustedProxies: yield* readTrustedProxies(),
    keys: true,
  };
}

function* readEach(changes: readonly Change[]): Reads<Contents> {
  const of = (kind: PolicyKind) => [
    ...new Set(changes.filter((change) => change.kind === kind).map((change) => change.entity)),
  ];
  const [userIds, tokenIds, ruleIds] = [of('user'), of('token'), of('ip')];
  return {
    users: { ids: userIds, rows: yield* readPolicyUsers(userIds) },
    tokens: { ids: tokenIds, rows: yield* readPolicyTokens(tokenIds) },
    ipRules: { ids: ruleIds, rows: yield* readIpRules(ruleIds) },
    limits: of('limits').length > 0 ? yield* readLimits() : null,
    trustedProxies: ruleIds.includes(TRUSTED_PROXIES) ? yield* readTrustedProxies() : null,
    keys: of('key').length > 0,
  };
}

/**
 * Brings a policy up to date, in one step: a request sees all of it or nothing.
 * @param keyIds of the keys as they were read again; null: as they were
 */
export function applyPolicyChanges(
  policy: MutablePolicy,
  changes: PolicyChanges,
  keyIds: readonly string[] | null,
): void {
  const { users, tokens, ipRules, limits, trustedProxies, version } = changes;
  if (keyIds) policy.replaceKeys(keyIds);
  if (trustedProxies) policy.replaceTrustedProxies(trustedProxies);
  if (ipRules.ids === null) policy.replaceAllIpRules(ipRules.rows);
  else policy.replaceIpRules(ipRules.ids, ipRules.rows);
  if (limits) policy.replaceLimits(limits);
  if (users.ids === null || tokens.ids === null) policy.replaceAll(users.rows, tokens.rows);
  else {
    policy.replaceUsers(users.ids, users.rows);
    policy.replaceTokens(tokens.ids, tokens.rows);
  }
  policy.version = version;
}
