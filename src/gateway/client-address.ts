import { parseAddress } from '../features/ip-rules/ranges.ts';

/** The client's address as the log and the ranges have it: an IPv4-mapped one as IPv4, without a zone id. */
export function clientAddress(remote: string | undefined): string {
  if (remote === undefined) return '';
  if (remote.startsWith('::ffff:') && remote.includes('.')) return remote.slice(7);
  const zone = remote.indexOf('%');
  return zone === -1 ? remote : remote.slice(0, zone);
}

/** What counts as one client where nobody is known: an IPv4 address, or the /64 that an IPv6 address is in. */
export function networkOf(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed.ok) return address;
  if (parsed.address.family === 4) return parsed.canonical;
  return `${(parsed.address.value >> 64n).toString(16)}::/64`;
}
