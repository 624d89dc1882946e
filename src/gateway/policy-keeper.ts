import type { Clock } from '../base/clock.ts';
import type { SqliteFile } from '../db/open.ts';
import { readSnapshotNow } from '../db/reads.ts';
import type { Catalogue } from '../features/endpoints/catalogue.ts';
import type { LimitReset } from '../features/limits/resets.ts';
import type { InstanceKeys, KeyRing } from '../features/tokens/key-ring.ts';
import { MutablePolicy, type Policy } from './policy.ts';
import {
  applyPolicyChanges,
  type PolicyChanges,
  type PolicySeen,
  readPolicyChanges,
} from './policy-changes.ts';

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
  /** Told of a reset of counters, that of a token or (null) of the instance, after the start. */
  onReset(tokenId: string | null): void;
  onFailure(cause: unknown): void;
}

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
  let seen: PolicySeen = { version: null, resets: 0 };
  let seenData: number | null = null;
  let failed = false;
  let confirmedAt = 0;

  /** Those from before the start are for whoever seeds the counters. */
  const apply = (changes: PolicyChanges): readonly LimitReset[] => {
    const keyIds = changes.keys ? idsOf(options.keys.reload()) : null;
    applyPolicyChanges(policy, changes, keyIds);
    const atStart = seen.version === null;
    seen = { version: changes.version, resets: changes.resets.at(-1)?.id ?? seen.resets };
    return atStart ? [] : changes.resets;
  };

  const refresh = (): void => {
    // Read before the changes are: one committed in between shows at the next request.
    const data = dataVersion.get() as number;
    if (data !== seenData) {
      if (file.inTransaction) throw new Error('the policy is read in a transaction of its own');
      const changes = readSnapshotNow(file, readPolicyChanges(seen));
      for (const { target } of changes === null ? [] : apply(changes))
        options.onReset(target === 'instance' ? null : target);
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
