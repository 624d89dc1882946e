import { compileRanges, parseAddress } from '../ip-rules/ranges.ts';

/**
 * Addresses that an upstream may not have unless the owner allows them: those where a machine's cloud gives out its
 * credentials, and those that are no place for an API. Loopback and private ranges are not among them: the owner
 * names the upstream, and most are exactly there.
 */
const DENIED: readonly (readonly [range: string, what: string])[] = [
  ['169.254.0.0/16', 'link-local, where clouds have their metadata'],
  ['fe80::/10', 'link-local'],
  ['fd00:ec2::254/128', 'cloud metadata'],
  ['fd20:ce::254/128', 'cloud metadata'],
  ['100.100.100.200/32', 'cloud metadata'],
  ['168.63.129.16/32', 'cloud metadata'],
  ['192.0.0.192/32', 'cloud metadata'],
  ['0.0.0.0/8', 'unspecified'],
  ['::/128', 'unspecified'],
  ['224.0.0.0/4', 'multicast'],
  ['255.255.255.255/32', 'broadcast'],
  ['ff00::/8', 'multicast'],
  // The same IPv4 addresses once more, as NAT64 and 6to4 write them.
  ['64:ff9b::169.254.0.0/112', 'link-local behind NAT64'],
  ['2002:a9fe::/32', 'link-local behind 6to4'],
];

export interface AddressGuard {
  /** Why `address` may not be connected to, or null. */
  refuse(address: string): string | null;
}

const rulesOf = (ranges: readonly (readonly [string, string])[]) =>
  compileRanges(ranges.map(([range, label]) => ({ id: range, range, label })));

const denied = rulesOf(DENIED);

/** @param allow canonical CIDR ranges that are open all the same */
export function guardAddresses(allow: readonly string[]): AddressGuard {
  const allowed = rulesOf(allow.map((range) => [range, 'allowed']));
  return {
    refuse(text) {
      // A zone says through which interface, not where to.
      const address = text.replace(/%.*$/, '');
      if (!parseAddress(address).ok) return `${text} is not an address`;
      const rule = denied.match(address);
      if (rule === null || allowed.match(address) !== null) return null;
      return `${address} is in ${rule.range} (${rule.label})`;
    },
  };
}
