import { isIP } from 'node:net';

/** One address as a number. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address it means. */
export type Address =
  | { readonly family: 4; readonly value: number }
  | { readonly family: 6; readonly value: bigint };

export type ParsedAddress =
  | { readonly ok: true; readonly address: Address; readonly canonical: string }
  | { readonly ok: false; readonly detail: string };

const MAPPED = 0xffffn;

/**
 * Reads an address in the forms that `net.isIP` accepts and no other: no octal or hexadecimal parts, no short
 * forms, no spaces. A zone id (`fe80::1%eth0`) is refused: it means something on one machine only.
 */
export function parseAddress(text: string): ParsedAddress {
  if (text.includes('%')) return { ok: false, detail: 'zone ids are not allowed' };
  const address = readAddress(text);
  if (address === null) return { ok: false, detail: 'it is not an IPv4 or IPv6 address' };
  return { ok: true, address, canonical: formatAddress(address) };
}

/** As `parseAddress`, without the explanation: null for whatever it refuses. */
export function readAddress(text: string): Address | null {
  const family = isIP(text);
  if (family === 4) return { family, value: readIPv4(text) };
  if (family === 0 || text.includes('%')) return null;
  const value = readIPv6(text);
  return value >> 32n === MAPPED ? { family: 4, value: Number(value & 0xffffffffn) } : { family: 6, value };
}

/** Is this text an IPv4-mapped IPv6 address? */
export function isMapped(text: string): boolean {
  return isIP(text) === 6 && readAddress(text)?.family === 4;
}

/** The canonical text of an address; for IPv6 that of RFC 5952. */
export const formatAddress = (address: Address): string =>
  address.family === 4 ? formatIPv4(address.value) : formatIPv6(address.value);

/** @param text what `net.isIP` said is IPv4 */
function readIPv4(text: string): number {
  let value = 0;
  for (const part of text.split('.')) value = value * 256 + Number(part);
  return value;
}

/** @param text what `net.isIP` said is IPv6, without a zone id */
function readIPv6(text: string): bigint {
  const [head = '', tail] = withoutDots(text).split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const gap: string[] = tail === undefined ? [] : Array(8 - before.length - after.length).fill('0');
  const digits = [...before, ...gap, ...after].map((group) => group.padStart(4, '0')).join('');
  return BigInt(`0x${digits}`);
}

const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));

/** Writes a dotted end (`::ffff:10.0.0.1`) as two groups. */
function withoutDots(text: string): string {
  if (!text.includes('.')) return text;
  const start = text.lastIndexOf(':') + 1;
  const value = readIPv4(text.slice(start));
  return `${text.slice(0, start)}${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
}

const formatIPv4 = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

function formatIPv6(value: bigint): string {
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((value >> shift) & 0xffffn).toString(16));
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(':');
  const before = groups.slice(0, zeros.start).join(':');
  const after = groups.slice(zeros.start + zeros.length).join(':');
  return `${before}::${after}`;
}

/** The longest run of zero groups; of equal ones the first. */
function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === '0') end++;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(start, end - 1);
  }
  return best;
}
