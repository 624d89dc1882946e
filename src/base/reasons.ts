/**
 * Every reason a request can be answered with, other than success: the HTTP status that goes with it, and
 * the code the client reads. The log always has the reason; the client's code hides what it must not know
 * (whether a token exists, whether a row exists).
 */
const table = {
  'token.missing': { status: 401, code: 'token.missing' },
  'token.malformed': { status: 401, code: 'token.invalid' },
  'token.unknown': { status: 401, code: 'token.invalid' },
  'token.inactive': { status: 401, code: 'token.inactive' },
  'token.expired': { status: 401, code: 'token.expired' },
  'token.revoked': { status: 401, code: 'token.revoked' },
  'user.deactivated': { status: 401, code: 'user.deactivated' },
  'ip.denied': { status: 403, code: 'ip.denied' },
  'limit.hour': { status: 429, code: 'limit.hour' },
  'limit.burst': { status: 429, code: 'limit.burst' },
  'limit.unauthenticated': { status: 429, code: 'limit.unauthenticated' },
  'limit.waiting': { status: 429, code: 'limit.waiting' },
  'endpoint.unknown': { status: 404, code: 'endpoint.unknown' },
  'endpoint.method': { status: 405, code: 'endpoint.method' },
  'scope.endpoint': { status: 403, code: 'scope.endpoint' },
  'scope.method': { status: 403, code: 'scope.method' },
  'request.invalid': { status: 400, code: 'request.invalid' },
  'request.too_large': { status: 413, code: 'request.too_large' },
  'resource.unknown': { status: 404, code: 'resource.unknown' },
  'restriction.hidden': { status: 404, code: 'resource.unknown' },
  'restriction.write': { status: 403, code: 'restriction.write' },
  'client.closed': { status: 499, code: 'client.closed' },
  'upstream.refused': { status: 502, code: 'upstream.refused' },
  'upstream.denied': { status: 502, code: 'upstream.denied' },
  'upstream.invalid': { status: 502, code: 'upstream.invalid' },
  'upstream.failed': { status: 502, code: 'upstream.failed' },
  'database.unavailable': { status: 503, code: 'database.unavailable' },
  'upstream.timeout': { status: 504, code: 'upstream.timeout' },
  'log.unavailable': { status: 503, code: 'log.unavailable' },
  'limits.unavailable': { status: 503, code: 'limits.unavailable' },
  'policy.stale': { status: 503, code: 'policy.stale' },
  'gateway.failed': { status: 500, code: 'gateway.failed' },
} as const satisfies Record<string, { status: number; code: string }>;

export type ReasonCode = keyof typeof table;

export const REASONS: Readonly<Record<ReasonCode, { readonly status: number; readonly code: string }>> =
  table;

export const reasonCodes = Object.keys(table) as [ReasonCode, ...ReasonCode[]];

/** The five outcomes that every chart and count distinguishes. */
export const OUTCOMES = ['admitted', 'clientError', 'limited', 'denied', 'serverError'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The outcome of an answer with HTTP status `status`. 401 and 403 are denials, 429 is limited. */
export function outcomeOf(status: number): Outcome {
  if (status < 400) return 'admitted';
  if (status === 401 || status === 403) return 'denied';
  if (status === 429) return 'limited';
  return status < 500 ? 'clientError' : 'serverError';
}
