import type { IncomingMessage } from 'node:http';
import { type Redacted, redactHeaders, redactText } from '../features/logs/redact.ts';
import type { KeyRing } from '../features/tokens/key-ring.ts';
import { type Credential, readCredential } from './judge.ts';

/** What the headers of a request say, and what of that the log may keep. */
export interface Head {
  readonly credential: Credential;
  readonly contentType: string | null;
  /** Bytes; null where the request does not say. */
  readonly contentLength: number | null;
  readonly hasBody: boolean;
  /** Every X-Forwarded-For header in its order, joined by commas; null where there is none. */
  readonly forwardedFor: string | null;
  /** Why it is not clear who asks or what for, so that the request cannot be judged at all, or null. */
  readonly ambiguous: string | null;
  /** Says that there are more headers than may be, or null. */
  readonly tooMany: string | null;
  /** What else is wrong with it, or null. */
  readonly invalid: string | null;
  readonly logged: {
    readonly headers: Redacted<[string, string][]>;
    readonly userAgent: Redacted<string>;
  };
}

/** Node bounds the bytes of names and values alone, which thousands of short headers stay within. */
const MAX_HEADERS = 200;

interface KnownHead {
  readonly raw: readonly string[];
  readonly httpVersion: string;
  readonly head: Head;
}

/**
 * Reads heads. A client sends the same one again and again on its connection: then it is read, its credential hashed
 * (once a key ring) and its log copy redacted once for all of them.
 * @param ring the key ring in force, whenever it is asked for
 */
export function createHeadReader(ring: () => KeyRing): (request: IncomingMessage) => Head {
  const lastOf = new WeakMap<object, KnownHead>();
  return (request) => {
    const { socket, rawHeaders: raw, httpVersion } = request;
    const last = lastOf.get(socket);
    if (last?.httpVersion === httpVersion && isSame(last.raw, raw)) return last.head;
    const head = readHead(raw, httpVersion, ring);
    lastOf.set(socket, { raw, httpVersion, head });
    return head;
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/**
 * Headers that decide must be there once: of two, another reader might take the other one. A credential counts only
 * in `Authorization`; one in the query or in a cookie is never looked at.
 */
function readHead(raw: readonly string[], httpVersion: string, ring: () => KeyRing): Head {
  const headers: [string, string][] = [];
  let authorization: string | null = null;
  let contentType: string | null = null;
  let contentLength: number | null = null;
  let forwardedFor: string | null = null;
  let chunked = false;
  let userAgent = '';
  let hosts = 0;
  let ambiguous: string | null = null;
  let invalid: string | null = null;
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] as string).toLowerCase();
    const value = raw[i + 1] as string;
    headers.push([name, value]);
    switch (name) {
      case 'authorization':
        if (authorization !== null) ambiguous = 'There is more than one Authorization header.';
        authorization = value;
        break;
      case 'host':
        hosts++;
        break;
      case 'content-type':
        if (contentType !== null) invalid = 'There is more than one Content-Type header.';
        contentType = value;
        break;
      case 'content-length':
        contentLength = Number(value);
        break;
      case 'transfer-encoding':
        chunked = true;
        break;
      case 'x-forwarded-for':
        forwardedFor = forwardedFor === null ? value : `${forwardedFor},${value}`;
        break;
      case 'user-agent':
        userAgent = value;
        break;
      case 'expect':
        if (value.toLowerCase() !== '100-continue') invalid = 'This Expect header is not understood.';
        break;
    }
  }
  if (hosts > 1) ambiguous = 'There is more than one Host header.';
  if (hosts === 0 && httpVersion === '1.1') ambiguous = 'The Host header is missing.';
  return {
    credential: readCredential(authorization, ring),
    contentType,
    contentLength,
    hasBody: chunked || (contentLength !== null && contentLength > 0),
    forwardedFor,
    ambiguous,
    tooMany: raw.length > 2 * MAX_HEADERS ? `There are more than ${MAX_HEADERS} headers.` : null,
    invalid,
    logged: { headers: redactHeaders(headers), userAgent: redactText(userAgent, 'header user-agent') },
  };
}
