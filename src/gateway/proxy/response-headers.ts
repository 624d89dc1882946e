import { connectionOnly, isFieldValue, plainName, type RawHeaders } from './header-names.ts';

/** Names that the gateway uses itself: the upstream's own stand under another one beside them. */
const RENAMED = /^(?:x-)?(ratelimit(?:-.+)?|request-id)$/;

/**
 * The headers that go to the client: the upstream's, without those of its connection and without the identity that it
 * may have echoed. Its `X-RateLimit-*`, `RateLimit*` and `X-Request-Id` become `X-Upstream-…`.
 * @param withoutLength a 204 has no Content-Length
 */
export function responseHeaders(raw: RawHeaders, withoutLength: boolean): string[] {
  const isConnectionOnly = connectionOnly(raw);
  const headers: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    const lower = name.toLowerCase();
    if (isConnectionOnly(lower) || plainName(name).startsWith('x-gatehouse-') || !isFieldValue(value))
      continue;
    if (withoutLength && lower === 'content-length') continue;
    const renamed = RENAMED.exec(lower);
    if (renamed) headers.push(`X-Upstream-${name.slice(name.length - (renamed[1] as string).length)}`, value);
    else headers.push(name, value);
  }
  // The upstream does not see the credential that its answer depends on.
  headers.push('Vary', 'Authorization');
  return headers;
}

/** The value of the first header called `name` (in lower case), or null. */
export function headerOf(headers: RawHeaders, name: string): string | null {
  for (let i = 0; i < headers.length; i += 2)
    if ((headers[i] as string).toLowerCase() === name) return headers[i + 1] as string;
  return null;
}
