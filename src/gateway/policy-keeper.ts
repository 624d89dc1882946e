import type { Clock } from '../base/clock.ts';
import type { SqliteFile } from '../db/open.ts';
import { readSnapshotNow } from '../db/reads.ts';
import type { Policy } from './policy.ts';
import { readPolicyChanges } from './policy-changes.ts';
import { createFollower, type FollowerOptions } from './policy-follower.ts';

/** Keeps a compiled policy beside what the database says. */
export interface PolicyKeeper {
  readonly policy: Policy;
  /**
   * On SQLite: brings the policy up to date with what was committed before this call, by whichever process. On Postgres
   * that happens as changes come, and asking does nothing. Either way `age` tells; of a failure `onFailure` is told.
   */
  refresh(): void;
  /** Resolves once what was committed before this call is in force, or the database did not say. */
  caughtUp(): Promise<void>;
  /** Monotonic milliseconds since the policy was last known to be current. */
  age(): number;
}

/** A keeper on an SQLite file. */
export interface FilePolicyKeeper extends PolicyKeeper {
  /** SQLite's `data_version` as of the last refresh: another one after each commit. NaN where that failed. */
  dataVersion(): number;
}

export interface PolicyKeeperOptions extends FollowerOptions {
  clock: Clock;
  onFailure(cause: unknown): void;
}

/**
 * Compiles the policy; throws where it cannot be read.
 * @param file a connection that is used for nothing that writes; its `data_version` moves with the commits of others
 */
export function keepPolicy(file: SqliteFile, options: PolicyKeeperOptions): FilePolicyKeeper {
  const { clock } = options;
  const follower = createFollower(options);
  const dataVersion = file.prepare('PRAGMA data_version').pluck();
  let seenData: number | null = null;
  let failed = false;
  let confirmedAt = 0;

  const refresh = (): void => {
    // Read before the changes are: one committed in between shows at the next request.
    const data = dataVersion.get() as number;
    if (data !== seenData) {
      if (file.inTransaction) throw new Error('the policy is read in a transaction of its own');
      follower.apply(readSnapshotNow(file, readPolicyChanges(follower.seen)));
      seenData = data;
    }
    confirmedAt = clock.monotonic();
  };
  refresh();

  return {
    policy: follower.policy,
    refresh() {
      try {
        refresh();
        failed = false;
      } catch (cause) {
        failed = true;
        options.onFailure(cause);
      }
    },
    // So it is with the next request.
    caughtUp: async () => undefined,
    dataVersion: () => (failed || seenData === null ? Number.NaN : seenData),
    age: () => clock.monotonic() - confirmedAt,
  };
}
