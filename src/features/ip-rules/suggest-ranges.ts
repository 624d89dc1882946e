import { parseRange } from './ranges.ts';

/** From more addresses than this, their networks are suggested instead. */
const MANY_ADDRESSES = 16;
/** More networks than this are no place that a token is used from, but the whole Internet. */
const MOST_RANGES = 1_000;
/** What an Internet provider gives to one customer of IPv6, and a usual network of IPv4. */
const NETWORK = { ipv6: 64, ipv4: 24 } as const;

/**
 * Ranges, as canonical CIDR, that let in these addresses and little more: IPv4 addresses themselves (or their /24
 * where there are many), IPv6 addresses by their /64, as clients change the rest. What is no address is left out; from too many networks nothing follows.
 */
export function suggestRanges(addresses: readonly string[]): string[] {
  const many = new Set(addresses).size > MANY_ADDRESSES;
  const ranges = addresses.flatMap((address) => {
    const bits = address.includes(':') ? NETWORK.ipv6 : many ? NETWORK.ipv4 : 32;
    const parsed = parseRange(`${address}/${bits}`);
    return parsed.ok ? [parsed.canonical] : [];
  });
  const distinct = [...new Set(ranges)].sort();
  return distinct.length > MOST_RANGES ? [] : distinct;
}
