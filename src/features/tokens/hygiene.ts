import { DAY } from '../../base/clock.ts';
import type { Access } from '../../db/schema.ts';
import type { Endpoint } from '../endpoints/contract.ts';
import type { EndpointGrant, Finding, Remedy, Token, TokenPolicy } from './contract.ts';
import { defaultExpiry, latestExpiry } from './expiry.ts';

/** Not used for so long, a token is idle. */
const IDLE = 90 * DAY;

/** What is known beside a token when it is looked over. */
export interface Surroundings {
  /** Unix milliseconds. */
  readonly now: number;
  readonly policy: TokenPolicy;
  /** Whether any IP range applies to it. */
  readonly hasRanges: boolean;
  /** The ranges that the addresses it was seen from make. */
  readonly seenRanges: () => string[];
  /** The operations that need a token. */
  readonly operations: readonly Endpoint[];
  /** Those of them that it used, by their `operation`. */
  readonly used: ReadonlySet<string>;
  /** What its user may do; a token can do no more. */
  readonly userAccess: Access;
}

/** What of an active token is open wider, or longer, than it need be, each with what would mend it. */
export function lookOver(token: Token, around: Surroundings): Finding[] {
  const findings: Finding[] = [];
  const find = (code: Finding['code'], remedy: Remedy) => findings.push({ code, token, remedy });
  const { now, policy } = around;
  const setExpiry = () => ({ kind: 'setExpiry', expiresAt: new Date(defaultExpiry(policy, now)) }) as const;
  const latest = latestExpiry(policy, now);
  if (token.expiresAt === null) find('expiry.never', setExpiry());
  else if (latest !== null && token.expiresAt.getTime() > latest) find('expiry.beyond', setExpiry());
  if (token.lastUsedAt === null) find('use.never', { kind: 'revoke' });
  else if (token.lastUsedAt.getTime() < now - IDLE) find('use.idle', { kind: 'switchOff' });
  if (!around.hasRanges) find('ip.none', { kind: 'addRanges', ranges: around.seenRanges() });
  const narrowed = narrow(token, around);
  if (narrowed) find('scope.wide', narrowed);
  return findings;
}

/** The operations that it used, where it may use more; null too where it used none, which says nothing. */
function narrow(token: Token, { operations, used, userAccess }: Surroundings): Remedy | null {
  const allowed = operations.filter((endpoint) => mayUse(token, endpoint, userAccess));
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

function mayUse({ scope, endpoints }: Token, endpoint: Endpoint, userAccess: Access): boolean {
  if (endpoint.writes && (userAccess === 'read' || scope === 'read-only')) return false;
  if (scope !== 'limited') return true;
  return endpoints.some(
    ({ kind, target, access }) =>
      target === (kind === 'tag' ? endpoint.tag : endpoint.operation) &&
      (access === 'write' || !endpoint.writes),
  );
}
