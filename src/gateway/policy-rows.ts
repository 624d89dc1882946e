import { type Reads, rowsOf } from '../db/reads.ts';
import { type PolicyUser, readPolicyUsers } from '../features/directory/policy-rows.ts';
import { type Catalogue, catalogueOf } from '../features/endpoints/catalogue.ts';
import type { OwnedRule } from '../features/ip-rules/judge-address.ts';
import { readIpRules } from '../features/ip-rules/policy-rows.ts';
import { type Limits, readLimits } from '../features/limits/store.ts';
import { type PolicyToken, readPolicyTokens } from '../features/tokens/policy-rows.ts';
import { readProxiedCatalogue } from '../features/upstream/catalogue.ts';
import { openOperations, shiftsApiDocument } from '../shifts-api/document.ts';
import { MutablePolicy } from './policy.ts';

/** All that a policy is compiled from. */
export interface PolicyRows {
  readonly version: number;
  readonly users: readonly PolicyUser[];
  readonly tokens: readonly PolicyToken[];
  readonly limits: Limits;
  readonly ipRules: readonly OwnedRule[];
}

/** How a policy's rows become one, the same for all that is made of them. */
export interface PolicyFrame {
  /** Of the keys that secrets are hashed with. */
  readonly keyIds: readonly string[];
  readonly catalogue: Catalogue;
  /** Operations that need no credential. */
  readonly open: ReadonlySet<string>;
}

const builtIn = catalogueOf(shiftsApiDocument);

/** The frame of an instance's policy: of what its gateway serves, or served last. */
export function* readFrame(keyIds: readonly string[]): Reads<PolicyFrame> {
  const proxied = yield* readProxiedCatalogue();
  return proxied === null
    ? { keyIds, catalogue: builtIn, open: openOperations }
    : { keyIds, catalogue: proxied, open: new Set() };
}

/** What a policy is made of; the caller has it read from one state of the database. */
export function* readPolicyRows(): Reads<PolicyRows> {
  return {
    version: yield* readPolicyVersion(),
    users: yield* readPolicyUsers(),
    tokens: yield* readPolicyTokens(),
    limits: yield* readLimits(),
    ipRules: yield* readIpRules(),
  };
}

/** Of the newest change; 0: none was ever made. */
export function* readPolicyVersion(): Reads<number> {
  const [row] = yield* rowsOf<{ version: number | null }>(
    'SELECT max(version) AS version FROM policy_change',
  );
  return row?.version ?? 0;
}

export function compilePolicy(rows: PolicyRows, { keyIds, catalogue, open }: PolicyFrame): MutablePolicy {
  const policy = new MutablePolicy(keyIds, catalogue, open);
  policy.replaceAllIpRules(rows.ipRules);
  policy.replaceLimits(rows.limits);
  policy.replaceAll(rows.users, rows.tokens);
  policy.version = rows.version;
  return policy;
}
