import { STATUS_CODES } from 'node:http';
import { SECOND } from '../base/clock.ts';
import { REASONS, type ReasonCode } from '../base/reasons.ts';
import type { LimitAnswer, Quota } from '../features/limits/limiter.ts';

/** An answer before it is written: `headers` are names and values in turn. */
export interface Answer {
  readonly status: number;
  readonly reason: ReasonCode | null;
  readonly headers: string[];
  readonly type: string;
  readonly body: string | Buffer | null;
  /** It is the upstream's: its headers are all there, and may hold what the log must not. */
  readonly passedOn?: true;
}

/** A refusal, as the client will read it. */
export interface Problem {
  readonly reason: ReasonCode;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[] | undefined;
  /** In place of the reason's own status. */
  readonly status?: number;
  readonly headers?: readonly string[];
}

/** The problem document of RFC 9457 for a refusal, with the headers that belong to its reason. */
export function problemAnswer(requestId: string, problem: Problem): Answer {
  const { reason, detail, errors } = problem;
  const { code } = REASONS[reason];
  const status = problem.status ?? REASONS[reason].status;
  const document = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Client Closed Request',
    status,
    detail,
    code,
    requestId,
    ...(errors ? { errors } : {}),
  };
  const challenge = challengeOf(reason, status);
  return {
    status,
    reason,
    headers: [...(problem.headers ?? []), ...(challenge === null ? [] : ['WWW-Authenticate', challenge])],
    type: 'application/problem+json',
    body: JSON.stringify(document),
  };
}

/** The answer to a request that was refused, with what its client may do about it. */
export function refusalAnswer(
  requestId: string,
  { reason, detail }: Pick<Problem, 'reason' | 'detail'>,
  limits: LimitAnswer | null,
  allow: readonly string[] | null = null,
): Answer {
  const headers = allow === null ? [] : ['Allow', allow.join(', ')];
  if (limits?.refusal && reason.startsWith('limit.')) headers.push('Retry-After', String(limits.retryAfter));
  if (reason === 'limits.unavailable') headers.push('Retry-After', '1');
  return problemAnswer(requestId, { reason, detail, headers });
}

/** The challenge of RFC 6750: a request without a credential is told no error. */
function challengeOf(reason: ReasonCode, status: number): string | null {
  if (reason === 'token.missing') return 'Bearer realm="gatehouse"';
  if (status === 401) return 'Bearer realm="gatehouse", error="invalid_token"';
  if (reason === 'scope.endpoint' || reason === 'scope.method')
    return 'Bearer realm="gatehouse", error="insufficient_scope"';
  return null;
}

/** What the X-RateLimit headers say; `reset` is in Unix seconds. */
export interface ShownLimits {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

/** @param now Unix milliseconds */
export const shownLimits = ({ hour }: LimitAnswer, now: number): ShownLimits => ({
  limit: hour.limit,
  remaining: hour.remaining,
  reset: Math.ceil((now + hour.growsInMs) / SECOND),
});

/** The three headers of the documentation, and the two of the IETF's draft, which name both limits. */
export function limitHeaders(shown: ShownLimits, { hour, burst }: LimitAnswer): string[] {
  return [
    'X-RateLimit-Limit',
    String(shown.limit),
    'X-RateLimit-Remaining',
    String(shown.remaining),
    'X-RateLimit-Reset',
    String(shown.reset),
    'RateLimit-Policy',
    `"hour";q=${hour.limit};w=${hour.seconds}, "burst";q=${burst.limit};w=${burst.seconds}`,
    'RateLimit',
    `"hour";r=${hour.remaining};t=${secondsOf(hour)}, "burst";r=${burst.remaining};t=${secondsOf(burst)}`,
  ];
}

const secondsOf = (quota: Quota): number => Math.ceil(quota.growsInMs / SECOND);

/** @param wait whole seconds */
export const unauthenticatedAnswer = (requestId: string, wait: number): Answer =>
  problemAnswer(requestId, {
    reason: 'limit.unauthenticated',
    detail: `Too many requests without a valid token from this address. Try again in ${wait} s.`,
    headers: ['Retry-After', String(wait)],
  });

export const staleAnswer = (requestId: string): Answer =>
  problemAnswer(requestId, {
    reason: 'policy.stale',
    detail: 'The policy could not be confirmed for too long. Try again shortly.',
    headers: ['Retry-After', '1'],
  });

export const FAILED: Problem = {
  reason: 'gateway.failed',
  detail: 'The gateway failed to answer this request.',
};

export const failedAnswer = (requestId: string): Answer => problemAnswer(requestId, FAILED);

export const unavailableAnswer = (requestId: string): Answer =>
  problemAnswer(requestId, {
    reason: 'log.unavailable',
    detail: 'Requests cannot be logged at the moment, so none is served. Try again shortly.',
    headers: ['Retry-After', '1'],
  });
