import { connectionOnly, plainName, type RawHeaders } from './header-names.ts';

/** What of a request is not its client's to say. */
export interface Forwarding {
  /** The client's address, as it was judged. */
  readonly address: string;
  /** `X-Gatehouse-…`: names and values in turn. */
  readonly identity: RawHeaders;
  /** Bytes of the body; null: none, or chunked. */
  readonly contentLength: number | null;
}

/** Set by the gateway or meant for it alone: never taken from a client. */
const OWN = new Set([
  'authorization',
  'content-length',
  'expect',
  'host',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-real-ip',
  'via',
]);

const TOKEN = /shf_[0-9A-Za-z]{49}/;

/** Whether a text that goes to the upstream holds what may be a token, percent-encoded or not. */
export const holdsToken = (text: string): boolean =>
  TOKEN.test(text) ||
  (text.includes('%') &&
    TOKEN.test(
      text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    ));

/**
 * The headers that go to the upstream: the client's, without those of its connection, its credential, whatever else
 * holds a token, and what the gateway says itself; then what the gateway says, last. Its Host is added by the client
 * library.
 */
export function requestHeaders(raw: RawHeaders, forwarding: Forwarding): string[] {
  const isConnectionOnly = connectionOnly(raw);
  const headers: string[] = [];
  let host = '';
  let via = '';
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (holdsToken(value) || holdsToken(name)) continue;
    const lower = name.toLowerCase();
    if (lower === 'host') host = value;
    else if (lower === 'via') via += `${value}, `;
    const plain = plainName(name);
    if (OWN.has(plain) || plain.startsWith('x-gatehouse-')) continue;
    if (isConnectionOnly(lower) || isConnectionOnly(plain)) continue;
    headers.push(name, value);
  }
  if (forwarding.contentLength !== null) headers.push('Content-Length', String(forwarding.contentLength));
  headers.push('Via', `${via}1.1 gatehouse`, ...forwardedHeaders(forwarding.address, host));
  headers.push(...forwarding.identity);
  return headers;
}

/** In place of what the client says: none of that was checked. */
function forwardedHeaders(address: string, host: string): string[] {
  const node = address.includes(':') ? `"[${address}]"` : address || 'unknown';
  const quoted = `"${host.replace(/["\\]/g, '')}"`;
  const hosts = host === '' ? [] : ['X-Forwarded-Host', host];
  return [
    'X-Forwarded-For',
    address || 'unknown',
    ...hosts,
    'X-Forwarded-Proto',
    'http',
    'Forwarded',
    `for=${node}${host === '' ? '' : `;host=${quoted}`};proto=http`,
  ];
}
