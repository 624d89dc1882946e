/** Headers that are for one connection only (RFC 9110, 7.6.1), and what older software sends in their place. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Names and values in turn, as Node has them. */
export type RawHeaders = readonly string[];

/**
 * A header's name as a careless server might read it: CGI and WSGI make one of `-` and `_`, so `X_Gatehouse_User`
 * would pass for `X-Gatehouse-User`.
 */
export const plainName = (name: string): string => name.toLowerCase().replaceAll('_', '-');

/** Whether a header is for this connection only: by its name, or because a `Connection` header says so. */
export function connectionOnly(raw: RawHeaders): (name: string) => boolean {
  const named = new Set<string>();
  for (let i = 0; i < raw.length; i += 2)
    if ((raw[i] as string).toLowerCase() === 'connection')
      for (const option of (raw[i + 1] as string).split(',')) named.add(option.trim().toLowerCase());
  return (name) => HOP_BY_HOP.has(name) || named.has(name);
}

/** What a header's value may be made of (RFC 9110, 5.5), as Latin-1. */
export const isFieldValue = (value: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
