import type { Catalogue } from '../features/endpoints/catalogue.ts';
import type { InstanceKeys, KeyRing } from '../features/tokens/key-ring.ts';
import { MutablePolicy } from './policy.ts';
import { applyPolicyChanges, type PolicyChanges, type PolicySeen } from './policy-changes.ts';

/** A policy, and how far it has followed the database. */
export interface PolicyFollower {
  readonly policy: MutablePolicy;
  readonly seen: PolicySeen;
  /** Applies what was read since `seen`, whole or, where it throws, not at all; null: nothing has changed. */
  apply(changes: PolicyChanges | null): void;
}

export interface FollowerOptions {
  /** The keys that secrets are hashed with; read anew where one was replaced. */
  keys: InstanceKeys;
  catalogue: Catalogue;
  /** Operations that need no credential. */
  open: ReadonlySet<string>;
  /** Ranges of proxies that are trusted beside those of the instance. */
  alwaysTrusted?: readonly string[] | undefined;
  /** Told of a reset of counters, that of a token or (null) of the instance, after the start, with its mark's id. */
  onReset(tokenId: string | null, mark: number): void;
}

export function createFollower(options: FollowerOptions): PolicyFollower {
  const { keys, catalogue, open, alwaysTrusted, onReset } = options;
  const policy = new MutablePolicy(idsOf(keys.ring), catalogue, open, alwaysTrusted);
  let seen: PolicySeen = { version: null, resets: 0 };
  return {
    policy,
    get seen() {
      return seen;
    },
    apply(changes) {
      if (changes === null) return;
      const keyIds = changes.keys ? idsOf(keys.reload()) : null;
      applyPolicyChanges(policy, changes, keyIds);
      // Those from before the start are for whoever seeds the counters.
      const resets = seen.version === null ? [] : changes.resets;
      seen = { version: changes.version, resets: changes.resets.at(-1)?.id ?? seen.resets };
      for (const { target, id } of resets) onReset(target === 'instance' ? null : target, id);
    },
  };
}

const idsOf = (ring: KeyRing): string[] => ring.keys.map((key) => key.id);
