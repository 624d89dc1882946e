import { isLoopback } from '../base/loopback.ts';

/** The origin of a server's admin door, or why the text is none. A password goes over a network only by TLS. */
export function readServerUrl(text: string): { ok: true; url: string } | { ok: false; detail: string } {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username || url.pathname !== '/')
    return {
      ok: false,
      detail: 'it must be the address of an admin door, as https://gatehouse.example:8788',
    };
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, '')))
    return { ok: false, detail: 'beyond this machine it must be https' };
  return { ok: true, url: url.origin };
}
