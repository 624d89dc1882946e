import { parseAddress } from './addresses.ts';

/** What counts as one client where nobody is known: an IPv4 address, or the /64 that an IPv6 address is in. */
export function networkOf(address: string): string {
  const parsed = parseAddress(address);
  if (!parsed.ok) return address;
  if (parsed.address.family === 4) return parsed.canonical;
  return `${(parsed.address.value >> 64n).toString(16)}::/64`;
}
