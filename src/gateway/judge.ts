import type { ReasonCode } from '../base/reasons.ts';
import type { CatalogueMatch } from '../features/endpoints/catalogue.ts';
import type { Endpoint } from '../features/endpoints/contract.ts';
import type { LimitAnswer, LimitKind, Quota } from '../features/limits/limiter.ts';
import type { LogRecord } from '../features/logs/record.ts';
import type { KeyRing } from '../features/tokens/key-ring.ts';
import { isWellFormed } from '../features/tokens/secret.ts';
import type { CompiledToken, FoundSecret, Policy } from './policy.ts';
import { outOfScope, scopeDetail } from './scope.ts';
import { SecretCredential } from './secret-credential.ts';

export type Check = LogRecord['checks'][number];
type RuleOwner = NonNullable<Check['owner']>;

/** What a request shows of who it is: read from its head, looked up with each decision. */
export type Credential =
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed'; readonly detail: string }
  /** The HMAC of a secret under the current key, and under the older ones. */
  | { readonly kind: 'secret'; readonly hash: Buffer; readonly older: readonly Buffer[] }
  /**
   * A token by its id, where its secret is not there to be shown: it was known when the request was logged, or is taken
   * to be good. `validUntil` is until when that secret is (Unix ms, null: as long as its token).
   */
  | { readonly kind: 'token'; readonly tokenId: string; readonly validUntil: number | null };

/** What of a request decides. */
export interface JudgedRequest {
  readonly method: string;
  /** The raw path of the request line, without its query. */
  readonly path: string;
  readonly credential: Credential;
  /** The client's address; an IPv4-mapped one as IPv4. */
  readonly address: string;
  /** What method and path are in the policy's catalogue. */
  readonly match: CatalogueMatch;
}

/** When a request arrived: by the wall clock (Unix ms), which expiry is compared with, and by the limiter's (ms). */
export interface Arrival {
  readonly time: number;
  readonly steadyTime: number;
}

/** A refusal: `detail` is for the client, `checks` for the log. */
export interface Refusal {
  readonly ok: false;
  readonly reason: ReasonCode;
  readonly detail: string;
  readonly checks: readonly Check[];
}

export interface Identity {
  readonly ok: true;
  /** null: an operation that needs no credential, asked for without one. */
  readonly compiled: CompiledToken | null;
  /** Which of the token's secrets it was. */
  readonly secret: FoundSecret | null;
  readonly checks: readonly Check[];
}

export interface Anonymous extends Refusal {
  /** The token that the credential is of, if there is one, and its secret. */
  readonly compiled: CompiledToken | null;
  readonly secret: FoundSecret | null;
  /** Whether the credential itself was good. */
  readonly authenticated: boolean;
}

export interface Authorised {
  readonly ok: true;
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

export interface Unauthorised extends Refusal {
  /** The methods that the path has, where it lacks this one. */
  readonly allow: readonly string[] | null;
}

/** Rows 1 and 2 of a decision: who asks, and from where. `now` is Unix milliseconds. */
export function identify(policy: Policy, request: JudgedRequest, now: number): Identity | Anonymous {
  const { match, credential } = request;
  if (credential.kind === 'missing') {
    const open = match.kind === 'found' && policy.open.has(match.endpoint.operation);
    if (!open)
      return unknown(
        'token.missing',
        'This API needs a token, in the header Authorization as Bearer shf_….',
        'no Authorization header',
      );
    return addressed(policy, request, null, [passed('credential', 'none needed')]);
  }
  if (credential.kind === 'malformed') return unknown('token.malformed', INVALID, credential.detail);
  const found = findSecret(policy, credential);
  if (found === null)
    return unknown(
      'token.unknown',
      INVALID,
      credential.kind === 'secret' ? 'no token has this secret' : 'no token has this id',
    );
  const { compiled, validUntil } = found;
  const { token, user } = compiled;
  if (token.revokedAt !== null)
    return dead(found, 'token.revoked', 'This token is revoked.', `revoked ${iso(token.revokedAt)}`);
  if (token.expiresAt !== null && now >= token.expiresAt)
    return dead(
      found,
      'token.expired',
      'This token has expired.',
      `expired ${iso(token.expiresAt)}, now ${iso(now)}`,
    );
  if (validUntil !== null && now >= validUntil)
    return dead(
      found,
      'token.expired',
      'This secret of the token is no longer valid.',
      `secret valid until ${iso(validUntil)}, now ${iso(now)}`,
    );
  if (!token.active) return dead(found, 'token.inactive', 'This token is switched off.', 'switched off');
  if (!user.active)
    return dead(
      found,
      'user.deactivated',
      'The user of this token is deactivated.',
      `user ${user.email} is deactivated`,
    );
  return addressed(policy, request, found, [passed('credential', compiled.credentialDetail)]);
}

/** Rows 3 to 5: limits, endpoint, scope. `limits` is null only for a request without a credential. */
export function authorise(
  policy: Policy,
  identity: Identity,
  request: JudgedRequest,
  limits: LimitAnswer | null,
): Authorised | Unauthorised {
  const checks: Check[] = [...identity.checks];
  const refuse = (
    check: Check['check'],
    reason: ReasonCode,
    detail: string,
    compared: string,
    { owner, allow = null }: { owner?: RuleOwner | undefined; allow?: readonly string[] | null } = {},
  ) => {
    checks.push({ check, passed: false, detail: compared, ...(owner && { owner }) });
    return { ok: false, reason, detail, checks, allow } as const;
  };
  const tokenId = identity.compiled?.token.id ?? '';
  const ownerOf = ({ owner }: Quota): RuleOwner =>
    owner === 'instance' ? owner : policy.limitOwner(tokenId);
  const described = (kind: LimitKind, quota: Quota) =>
    `${limitWords[ownerOf(quota)]} ${kind}: ${describe(quota)}`;
  if (limits?.refusal) {
    const { kind, owner, quota } = limits.refusal;
    const whose = owner === 'instance' ? 'of all tokens together' : 'of this token';
    return refuse(
      'limits',
      `limit.${kind}`,
      `The limit ${whose}, ${quota.limit} requests in ${quota.seconds} s, is used up. Try again in ${limits.retryAfter} s.`,
      described(kind, quota),
      { owner: ownerOf(quota) },
    );
  }
  checks.push(
    limits === null
      ? passed('limits', 'none apply')
      : passed(
          'limits',
          `${described('hour', limits.hour)}; ${described('burst', limits.burst)}`,
          ownerOf(limits.hour),
        ),
  );
  const { match } = request;
  if (match.kind === 'unknown')
    return refuse(
      'endpoint',
      'endpoint.unknown',
      'There is no endpoint with this path.',
      `no endpoint has this path`,
    );
  if (match.kind === 'method')
    return refuse(
      'endpoint',
      'endpoint.method',
      `This path has no method ${request.method}; it has ${match.allow.join(', ')}.`,
      `${request.method} is not one of ${match.allow.join(', ')}`,
      { allow: match.allow },
    );
  const { endpoint, params } = match;
  checks.push(passed('endpoint', endpoint.operation));
  if (identity.compiled !== null && !policy.open.has(endpoint.operation)) {
    const refused = outOfScope(identity.compiled, endpoint);
    if (refused)
      return refuse('scope', refused.reason, refused.detail, refused.compared, { owner: refused.owner });
  }
  checks.push(
    identity.compiled === null
      ? passed('scope', 'open to all')
      : passed('scope', scopeDetail(identity.compiled, endpoint), 'token'),
  );
  return { ok: true, endpoint, params, checks };
}

const INVALID = 'This is not a valid token.';

/** Under the current key first: few secrets hang on an older one, and each only until its next use. */
function findSecret(
  policy: Policy,
  credential: Extract<Credential, { kind: 'secret' | 'token' }>,
): FoundSecret | null {
  if (credential.kind === 'token') {
    const compiled = policy.token(credential.tokenId);
    const { validUntil } = credential;
    return compiled && { compiled, id: '', prefix: '', keyId: '', validUntil };
  }
  const found = policy.find(credential.hash);
  if (found !== null) return found;
  for (const hash of credential.older) {
    const older = policy.find(hash);
    if (older !== null) return older;
  }
  return null;
}

/**
 * The credential in the one `Authorization` header (null: there is none).
 * @param ring the key ring in force, whenever it is asked for
 */
export function readCredential(authorization: string | null, ring: () => KeyRing): Credential {
  if (authorization === null) return { kind: 'missing' };
  const secret = secretOf(authorization);
  if (secret === null) return { kind: 'malformed', detail: 'not a Bearer credential' };
  if (!isWellFormed(secret))
    return { kind: 'malformed', detail: 'not the form of a token, or its checksum differs' };
  return new SecretCredential(secret, ring);
}

/** What stands behind `Bearer`, or null for another scheme. The scheme's case does not matter. */
function secretOf(authorization: string): string | null {
  if (authorization.startsWith('Bearer ')) return authorization.slice(7).trim();
  const match = /^bearer +(\S+) *$/i.exec(authorization);
  return match ? (match[1] as string) : null;
}

function addressed(
  policy: Policy,
  request: JudgedRequest,
  secret: FoundSecret | null,
  checks: Check[],
): Identity | Anonymous {
  const compiled = secret?.compiled ?? null;
  const judging = policy.rangesOf(compiled?.token.id ?? '');
  if (judging === null) {
    checks.push(passed('address', 'no ranges'));
    return { ok: true, compiled, secret, checks };
  }
  const rule = judging.ranges.match(request.address);
  const whose = judging.of === 'token' ? 'the token' : 'all API access';
  if (rule === null) {
    const detail = `${request.address} is in none of the ${judging.ranges.size} ranges of ${whose}`;
    checks.push({ check: 'address', passed: false, detail, owner: judging.of });
    return {
      ok: false,
      reason: 'ip.denied',
      detail: 'Requests from this address are not allowed.',
      checks,
      compiled,
      secret,
      authenticated: compiled !== null,
    };
  }
  const name = rule.label === '' ? rule.range : `${rule.range} "${rule.label}"`;
  checks.push(passed('address', `${request.address} is in ${name} of ${whose}`, judging.of));
  return { ok: true, compiled, secret, checks };
}

const limitWords: Record<RuleOwner, string> = {
  instance: "the instance's",
  token: "the token's own",
  default: 'the default',
  user: '',
  all: '',
};

const describe = (quota: Quota): string =>
  `${quota.limit - quota.remaining} of ${quota.limit} in ${quota.seconds} s`;

const passed = (check: Check['check'], detail: string, owner?: RuleOwner): Check =>
  owner === undefined ? { check, passed: true, detail } : { check, passed: true, detail, owner };

const iso = (time: number): string => new Date(time).toISOString();

const unknown = (reason: ReasonCode, detail: string, compared: string): Anonymous => ({
  ok: false,
  reason,
  detail,
  checks: [{ check: 'credential', passed: false, detail: compared }],
  compiled: null,
  secret: null,
  authenticated: false,
});

const dead = (secret: FoundSecret, reason: ReasonCode, detail: string, compared: string): Anonymous => ({
  ...unknown(reason, detail, compared),
  compiled: secret.compiled,
  secret,
});
