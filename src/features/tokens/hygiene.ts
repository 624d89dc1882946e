import { DAY } from '../../base/clock.ts';
import type { Endpoint } from '../endpoints/contract.ts';
import type { EndpointGrant, FindingCode, Remedy, TokenPolicy } from './contract.ts';
import { defaultExpiry, latestExpiry } from './expiry.ts';
import type { LookedAt } from './hygiene-store.ts';

/** Not used for so long, a token is idle. */
const IDLE = 90 * DAY;

/** What is known beside a token when it is looked over. */
export interface Surroundings {
  /** Unix milliseconds. */
  readonly now: number;
  readonly policy: TokenPolicy;
  /** Whether any IP range applies to it. */
  readonly hasRanges: boolean;
  /** The operations that need a token. */
  readonly operations: readonly Endpoint[];
  /** Those of them that it used, by their `operation`. */
  readonly used: ReadonlySet<string>;
}

/** One thing that is found of a token. */
export interface Found {
  readonly code: FindingCode;
  readonly tokenId: string;
  readonly tokenName: string;
  /** null: ranges made from the addresses that it was seen from, which are looked up for what is shown alone. */
  readonly remedy: Remedy | null;
}

/** What of an active token is open wider, or longer, than it need be, each with what would mend it. */
export function lookOver(token: LookedAt, around: Surroundings): Found[] {
  const findings: Found[] = [];
  const find = (code: FindingCode, remedy: Remedy | null) =>
    findings.push({ code, tokenId: token.id, tokenName: token.name, remedy });
  const { now, policy } = around;
  const setExpiry = () => ({ kind: 'setExpiry', expiresAt: new Date(defaultExpiry(policy, now)) }) as const;
  const latest = latestExpiry(policy, now);
  if (token.expiresAt === null) find('expiry.never', setExpiry());
  else if (latest !== null && token.expiresAt.getTime() > latest) find('expiry.beyond', setExpiry());
  if (token.lastUsedAt === null) find('use.never', { kind: 'revoke' });
  else if (token.lastUsedAt.getTime() < now - IDLE) find('use.idle', { kind: 'switchOff' });
  if (!around.hasRanges) find('ip.none', null);
  const narrowed = narrow(token, around);
  if (narrowed) find('scope.wide', narrowed);
  return findings;
}

/** The operations that it used, where it may use more; null too where it used none, which says nothing. */
function narrow(token: LookedAt, { operations, used }: Surroundings): Remedy | null {
  if (used.size === 0) return null;
  const allowed = operations.filter((endpoint) => mayUse(token, endpoint));
  const needed = allowed.filter((endpoint) => used.has(endpoint.operation));
  if (needed.length === 0 || needed.length === allowed.length) return null;
  const endpoints = needed.map(
    (endpoint): EndpointGrant => ({
      kind: 'operation',
      target: endpoint.operation,
      access: endpoint.writes ? 'write' : 'read',
    }),
  );
  return { kind: 'narrowScope', endpoints, used: needed.length, allowed: allowed.length };
}

function mayUse({ scope, endpoints, userAccess }: LookedAt, endpoint: Endpoint): boolean {
  if (endpoint.writes && (userAccess === 'read' || scope === 'read-only')) return false;
  if (scope !== 'limited') return true;
  return endpoints.some(
    ({ kind, target, access }) =>
      target === (kind === 'tag' ? endpoint.tag : endpoint.operation) &&
      (access === 'write' || !endpoint.writes),
  );
}
