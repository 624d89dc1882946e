import { REASONS, type ReasonCode } from '../../base/reasons.ts';

/** A reason in the words of an admin who did not build the gateway. */
export interface ReasonWords {
  /** A few words, for lists and charts. */
  title: string;
  /** What happened, in a sentence. */
  meaning: string;
  /** What to do about it. */
  remedy: string;
}

/** Every reason code in plain words. A code that is missing here does not compile. */
const words: Record<ReasonCode, ReasonWords> = {
  'token.missing': {
    title: 'No token sent',
    meaning: 'The request carried no token in its Authorization header.',
    remedy:
      'Have the client send “Authorization: Bearer” and its token; a token in the address is never accepted.',
  },
  'token.malformed': {
    title: 'Not a token',
    meaning: 'What the request carried is not written like a token, or its check digits do not fit.',
    remedy: 'Look for a typo or a cut-off copy in the client’s configuration, then paste the token again.',
  },
  'token.unknown': {
    title: 'Unknown token',
    meaning: 'The token is well formed, but this instance never issued it.',
    remedy: 'Check that the client calls the right instance; if the token is lost, generate a new one.',
  },
  'token.inactive': {
    title: 'Token switched off',
    meaning: 'The token is known, but an admin has switched it off.',
    remedy: 'Switch it on again in API Tokens if the client should go on.',
  },
  'token.expired': {
    title: 'Token expired',
    meaning: 'The token was used after the moment it expired.',
    remedy: 'Generate a new token for the client and replace the old one there.',
  },
  'token.revoked': {
    title: 'Token revoked',
    meaning: 'The token was revoked, and that is final.',
    remedy:
      'If the client is still in use, generate a new token for it; if nobody knows the caller, look at its address.',
  },
  'user.deactivated': {
    title: 'User deactivated',
    meaning: 'The user whom the token belongs to is deactivated, so none of their tokens work.',
    remedy:
      'Activate the user in Settings → Directory, or generate a token for another user and replace this one.',
  },
  'ip.denied': {
    title: 'Address not allowed',
    meaning: 'The request came from an address that lies in none of the ranges that apply to the token.',
    remedy: 'If the address is the client’s, add a range that contains it in IP Restrictions.',
  },
  'limit.hour': {
    title: 'Hourly limit reached',
    meaning: 'The requests allowed in an hour were used up.',
    remedy:
      'Have the client wait as long as Retry-After says, or raise the limit in Rate Limits if the volume is wanted.',
  },
  'limit.burst': {
    title: 'Too many at once',
    meaning: 'More requests came within a few seconds than the burst limit allows.',
    remedy:
      'Have the client spread its requests and honour Retry-After, or raise the burst limit in Rate Limits.',
  },
  'limit.unauthenticated': {
    title: 'Too many failed sign-ins',
    meaning: 'Its address sent over 100 requests without a valid token within a minute.',
    remedy:
      'Find the caller by its address: it is misconfigured, or it is guessing. Valid tokens still work.',
  },
  'limit.waiting': {
    title: 'Too many under way',
    meaning: 'Too many writes, or reports, with the same token were still being worked on.',
    remedy: 'Have the client wait for answers before it sends more: at most 100 at once, 4 of them reports.',
  },
  'endpoint.unknown': {
    title: 'No such endpoint',
    meaning: 'The path is not in the API’s catalogue.',
    remedy: 'Compare the path with the API’s document; clients often miss the version or a plural.',
  },
  'endpoint.method': {
    title: 'Method not offered',
    meaning: 'The endpoint exists, but not with this method.',
    remedy: 'Use one of the methods that the Allow header of the answer lists.',
  },
  'scope.endpoint': {
    title: 'Endpoint outside the scope',
    meaning: 'The token’s scope does not include this endpoint.',
    remedy: 'If the client needs it, generate a token whose scope includes the endpoint.',
  },
  'scope.method': {
    title: 'Not allowed to write',
    meaning: 'The token may read here, but the request wanted to write.',
    remedy:
      'If the client has to write, generate a token with that right, for a user who may write themselves.',
  },
  'request.invalid': {
    title: 'Request not valid',
    meaning: 'A parameter or the body did not fit what the endpoint expects.',
    remedy: 'Correct the fields that the answer’s “errors” names.',
  },
  'request.too_large': {
    title: 'Body too large',
    meaning: 'The body was larger than the API accepts.',
    remedy: 'Have the client send less at once.',
  },
  'resource.unknown': {
    title: 'No such record',
    meaning: 'There is no record with the id in the path.',
    remedy: 'It may have been deleted, or the client has an old id: read the list again.',
  },
  'restriction.hidden': {
    title: 'Record outside the restrictions',
    meaning:
      'The record exists, but it belongs to a business unit, location or group outside the token’s reach; the client was told that it does not exist.',
    remedy: 'If the client should see it, generate a token that is restricted less, or not at all.',
  },
  'restriction.write': {
    title: 'Writing outside the restrictions',
    meaning: 'The request wanted to write to a business unit, location or group outside the token’s reach.',
    remedy: 'If the client should write there, generate a token whose restrictions include it.',
  },
  'client.closed': {
    title: 'Client left',
    meaning: 'The client closed the connection before the answer was ready.',
    remedy: 'If it happens often, compare the client’s timeout with the average response time.',
  },
  'upstream.refused': {
    title: 'API not reachable',
    meaning: 'The API behind the gateway accepted no connection: the request itself was in order.',
    remedy: 'Check that the API runs, its address in Settings → Gateway, and its certificate.',
  },
  'upstream.denied': {
    title: 'API’s address not allowed',
    meaning:
      'The API’s name leads to an address that an upstream may not have, as a cloud’s metadata service.',
    remedy: 'Look into its name service; if the address is right, allow it in Settings → Gateway.',
  },
  'upstream.invalid': {
    title: 'API’s answer not HTTP',
    meaning: 'What the API behind the gateway answered is not an answer in HTTP/1.1.',
    remedy: 'Check that the address in Settings → Gateway is an HTTP API’s, and look at its own log.',
  },
  'upstream.failed': {
    title: 'API broke off',
    meaning: 'The API behind the gateway closed the connection before it had answered whole.',
    remedy: 'Look at the API’s own log at that moment; the request itself was in order.',
  },
  'upstream.timeout': {
    title: 'API too slow',
    meaning: 'The API behind the gateway did not answer in time.',
    remedy: 'Look at the load of the API, and at what this request asks of it.',
  },
  'database.unavailable': {
    title: 'Database not reachable',
    meaning: 'The built-in API could not reach the instance’s database: the request itself was in order.',
    remedy: 'Check the Postgres server and the way to it; it recovers by itself.',
  },
  'log.unavailable': {
    title: 'Log not writable',
    meaning: 'The request could not be logged, so it was refused rather than served unseen.',
    remedy: 'Check the free space and the permissions of the instance’s folder.',
  },
  'limits.unavailable': {
    title: 'Limits unavailable',
    meaning: 'The counters of the limits could not be reached, so the request was refused.',
    remedy: 'Check the service that keeps the counters, then the gateway’s output.',
  },
  'policy.stale': {
    title: 'Policy out of date',
    meaning: 'The gateway could not confirm its policy for too long, so it let nothing through.',
    remedy: 'Check that the gateway can read the instance’s file; it recovers by itself.',
  },
  'gateway.failed': {
    title: 'Gateway error',
    meaning: 'The gateway itself failed while it answered; this is a fault in Gatehouse.',
    remedy: 'Keep the request id and look at the gateway’s output at that time.',
  },
};

const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);

/** The words for a code out of the log, which may be newer than this console. */
export const reasonWords = (code: string): ReasonWords =>
  isReasonCode(code)
    ? words[code]
    : {
        title: code,
        meaning: `The gateway gave the reason “${code}”, which this console does not know.`,
        remedy: 'Update the console to the gateway’s version.',
      };
