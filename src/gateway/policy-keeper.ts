import type { Clock } from '../base/clock.ts';
import type { SqliteFile } from '../db/open.ts';
import type { PolicyKind } from '../db/schema.ts';
import { readPolicyUsers } from '../features/directory/policy-rows.ts';
import type { Catalogue } from '../features/endpoints/catalogue.ts';
import { readIpRules } from '../features/ip-rules/policy-rows.ts';
import { readTrustedProxies, TRUSTED_PROXIES } from '../features/ip-rules/proxies-store.ts';
import { type LimitReset, readResets } from '../features/limits/resets.ts';
import { readLimits } from '../features/limits/store.ts';
import type { InstanceKeys, KeyRing } from '../features/tokens/key-ring.ts';
import { readPolicyTokens } from '../features/tokens/policy-rows.ts';
import { MutablePolicy, type Policy } from './policy.ts';

/** From so many changes on, reading everything anew is cheaper than reading each. */
const MANY_CHANGES = 2_000;

/** Keeps a compiled policy beside what the database says. */
export interface PolicyKeeper {
  readonly policy: Policy;
  /**
   * Brings the policy up to date with what was committed before this call, by whichever process. False where
   * that could not be done; `onFailure` has been told why.
   */
  refresh(): boolean;
  /** SQLite's `data_version` as of the last refresh: another one after each commit. NaN where that failed. */
  dataVersion(): number;
  /** Monotonic milliseconds since the policy was last known to be current. */
  age(): number;
}

export interface PolicyKeeperOptions {
  /** A connection that is used for nothing that writes; its `data_version` moves with the commits of others. */
  file: SqliteFile;
  /** The keys that secrets are hashed with; read anew where one was replaced. */
  keys: InstanceKeys;
  catalogue: Catalogue;
  /** Operations that need no credential. */
  open: ReadonlySet<string>;
  /** Ranges of proxies that are trusted beside those of the instance. */
  alwaysTrusted?: readonly string[] | undefined;
  clock: Clock;
  /** Told of a reset of counters, that of a token or (null) of the instance, after the start, with its mark's id. */
  onReset(tokenId: string | null, mark: number): void;
  onFailure(cause: unknown): void;
}

interface Change {
  version: number;
  kind: PolicyKind;
  entity: string;
}

/** A release before this one named no rule where an IP rule had changed. */
const isOfAll = ({ kind, entity }: Change): boolean => kind === 'all' || (kind === 'ip' && entity === '');

/** Compiles the policy; throws where it cannot be read. */
export function keepPolicy(options: PolicyKeeperOptions): PolicyKeeper {
  const { file, clock } = options;
  const policy = new MutablePolicy(
    idsOf(options.keys.ring),
    options.catalogue,
    options.open,
    options.alwaysTrusted,
  );
  const dataVersion = file.prepare('PRAGMA data_version').pluck();
  const newest = file.prepare('SELECT max(version) FROM policy_change').pluck();
  const since = file.prepare(
    `SELECT version, kind, entity FROM policy_change WHERE version > ? ORDER BY version LIMIT ${MANY_CHANGES + 1}`,
  );
  let resetsSeen = 0;
  let seenData: number | null = null;
  let failed = false;
  let confirmedAt = 0;

  const readAll = (version: number): void => {
    const keyIds = idsOf(options.keys.reload());
    const [users, tokens] = [readPolicyUsers(file), readPolicyTokens(file)];
    const [limits, rules] = [readLimits(file), readIpRules(file)];
    policy.replaceKeys(keyIds);
    policy.replaceTrustedProxies(readTrustedProxies(file));
    policy.replaceAllIpRules(rules);
    policy.replaceLimits(limits);
    policy.replaceAll(users, tokens);
    policy.version = version;
  };

  const applyChanges = (changes: readonly Change[], version: number): void => {
    const of = (kind: PolicyKind) => [
      ...new Set(changes.filter((change) => change.kind === kind).map((change) => change.entity)),
    ];
    const [userIds, tokenIds, ruleIds] = [of('user'), of('token'), of('ip')];
    // All is read before anything is replaced: a failed read leaves the policy whole.
    const users = userIds.length > 0 ? readPolicyUsers(file, userIds) : [];
    const tokens = tokenIds.length > 0 ? readPolicyTokens(file, tokenIds) : [];
    const limits = of('limits').length > 0 ? readLimits(file) : null;
    const rules = ruleIds.length > 0 ? readIpRules(file, ruleIds) : [];
    const keyIds = of('key').length > 0 ? idsOf(options.keys.reload()) : null;
    const proxies = ruleIds.includes(TRUSTED_PROXIES) ? readTrustedProxies(file) : null;
    if (keyIds) policy.replaceKeys(keyIds);
    if (proxies) policy.replaceTrustedProxies(proxies);
    policy.replaceIpRules(ruleIds, rules);
    if (limits) policy.replaceLimits(limits);
    policy.replaceUsers(userIds, users);
    policy.replaceTokens(tokenIds, tokens);
    policy.version = version;
  };

  /** Those from before the start are for whoever seeds the counters. */
  const newResets = (): LimitReset[] => {
    const resets = readResets(file, resetsSeen);
    resetsSeen = resets.at(-1)?.id ?? resetsSeen;
    return seenData === null ? [] : resets;
  };

  // One transaction, so that all of it is read from one state of the database.
  const catchUp = file.transaction((): LimitReset[] => {
    const version = (newest.get() as number | null) ?? 0;
    if (version === policy.version && seenData !== null) return [];
    const changes = since.all(policy.version) as Change[];
    // Versions have no gaps unless old rows were removed.
    const whole = changes.length <= MANY_CHANGES && changes[0]?.version === policy.version + 1;
    if (seenData === null || !whole || changes.some(isOfAll)) readAll(version);
    else applyChanges(changes, version);
    return newResets();
  });

  const refresh = (): void => {
    // Read before the changes are: one committed in between shows at the next request.
    const data = dataVersion.get() as number;
    if (data !== seenData) {
      if (file.inTransaction) throw new Error('the policy is read in a transaction of its own');
      for (const { target, id } of catchUp()) options.onReset(target === 'instance' ? null : target, id);
      seenData = data;
    }
    confirmedAt = clock.monotonic();
  };
  refresh();

  return {
    policy,
    refresh() {
      try {
        refresh();
        failed = false;
        return true;
      } catch (cause) {
        failed = true;
        options.onFailure(cause);
        return false;
      }
    },
    dataVersion: () => (failed || seenData === null ? Number.NaN : seenData),
    age: () => clock.monotonic() - confirmedAt,
  };
}

const idsOf = (ring: KeyRing): string[] => ring.keys.map((key) => key.id);
