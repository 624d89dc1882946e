import { errors } from 'undici';
import type { ReasonCode } from '../../base/reasons.ts';

/** Why the upstream gave no answer: `detail` is for the client, `compared` for the log. */
export interface UpstreamFailure {
  readonly reason: Extract<ReasonCode, `upstream.${string}`>;
  readonly detail: string;
  readonly compared: string;
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
  'EPROTO',
]);
const BROKE_OFF = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|CRL_|INVALID_)/;

const INNOCENT = 'The token and the request were in order.';
const DETAILS = {
  'upstream.refused': 'The API behind this gateway accepts no connection.',
  'upstream.denied': 'The gateway may not connect to the address that the API behind it has.',
  'upstream.timeout': 'The API behind this gateway did not answer in time.',
  'upstream.invalid': 'What the API behind this gateway answered is not an answer in HTTP/1.1.',
  'upstream.failed': 'The API behind this gateway broke the connection off before it had answered.',
} as const;

/** What an error of the client library says about the upstream; null: it is a failure of our own. */
export function upstreamFailure(error: Error): UpstreamFailure | null {
  const reason = reasonOf(error);
  if (reason === null) return null;
  return { reason, detail: `${DETAILS[reason]} ${INNOCENT}`, compared: describe(error) };
}

function reasonOf(error: Error): UpstreamFailure['reason'] | null {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ADDRESS_DENIED') return 'upstream.denied';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'upstream.timeout';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'upstream.timeout';
  if (NO_CONNECTION.has(code) || TLS.test(code)) return 'upstream.refused';
  if (BROKE_OFF.has(code) || error instanceof errors.ResponseContentLengthMismatchError)
    return 'upstream.failed';
  if (error instanceof errors.SocketError)
    return /^bad /.test(error.message) ? 'upstream.invalid' : 'upstream.failed';
  // The parser's own error has a code in some versions only.
  if (error instanceof errors.HTTPParserError)
    return /EOF/.test(`${code} ${error.message}`) ? 'upstream.failed' : 'upstream.invalid';
  if (error instanceof errors.HeadersOverflowError) return 'upstream.invalid';
  return null;
}

/** An AggregateError has a text for each address that was tried. */
const describe = (error: Error): string =>
  error instanceof AggregateError
    ? error.errors.map((one: Error) => one.message).join('; ')
    : error.message || error.name;
