import { type Address, formatAddress, isMapped, parseAddress, readAddress } from './addresses.ts';

export { parseAddress } from './addresses.ts';

/** A CIDR range: its first and last address, both inside. */
export type Range =
  | { readonly family: 4; readonly first: number; readonly last: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint };

export type ParsedRange =
  | {
      readonly ok: true;
      readonly range: Range;
      /** As `10.0.0.0/8` or `2001:db8::/32`; one address has /32 or /128. */
      readonly canonical: string;
      /** Were there bits set behind the prefix (`10.0.0.1/8`), which the canonical form does not have? */
      readonly hostBitsCleared: boolean;
      readonly first: string;
      readonly last: string;
    }
  | { readonly ok: false; readonly detail: string };

/** How many bits of an IPv6 address come before the IPv4 address in an IPv4-mapped one. */
const MAPPED_BITS = 96;

/**
 * Reads an address or a CIDR range. An IPv4-mapped range is the IPv4 range it means (`::ffff:10.0.0.0/104` is
 * `10.0.0.0/8`); an IPv6 range of fewer than 96 bits, `::/0` too, has only IPv6 clients in it.
 */
export function parseRange(text: string): ParsedRange {
  const slash = text.indexOf('/');
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const parsed = parseAddress(addressText);
  if (!parsed.ok) return parsed;
  const { address } = parsed;
  const mapped = isMapped(addressText);
  const bits = mapped || address.family === 6 ? 128 : 32;
  const length = slash === -1 ? bits : readLength(text.slice(slash + 1), bits);
  if (length === null) return { ok: false, detail: `its prefix length is not a number from 0 to ${bits}` };
  if (!mapped) return rangeOf(address, length);
  if (length < MAPPED_BITS)
    return { ok: false, detail: 'an IPv4-mapped address needs a prefix length from 96 to 128' };
  return rangeOf(address, length - MAPPED_BITS);
}

function readLength(text: string, bits: number): number | null {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return null;
  const length = Number(text);
  return length <= bits ? length : null;
}

function rangeOf(address: Address, length: number): ParsedRange {
  const range = address.family === 4 ? rangeOf4(address.value, length) : rangeOf6(address.value, length);
  const first = formatAddress({ family: range.family, value: range.first } as Address);
  const last = formatAddress({ family: range.family, value: range.last } as Address);
  const hostBitsCleared = range.first !== address.value;
  return { ok: true, range, canonical: `${first}/${length}`, hostBitsCleared, first, last };
}

function rangeOf4(value: number, length: number): Range {
  const size = 2 ** (32 - length);
  const first = value - (value % size);
  return { family: 4, first, last: first + size - 1 };
}

function rangeOf6(value: bigint, length: number): Range {
  const size = 1n << BigInt(128 - length);
  const first = value - (value % size);
  return { family: 6, first, last: first + size - 1n };
}

/** A range as the gateway and its log know it: `range` is canonical CIDR text. */
export interface RangeRule {
  readonly id: string;
  readonly range: string;
  readonly label: string;
}

/** Many ranges, compiled so that a look-up costs the same for ten and (nearly) for 100,000. */
export interface RangeSet {
  readonly size: number;
  /** The narrowest rule that has `address` in it, or null; null too for what is not an address. */
  match(address: string): RangeRule | null;
}

/** Compiles rules into sorted intervals. CIDR ranges nest or are disjoint, so every address has one narrowest. */
export function compileRanges(rules: readonly RangeRule[]): RangeSet {
  const v4: Interval<number>[] = [];
  const v6: Interval<bigint>[] = [];
  for (const rule of rules) {
    const parsed = parseRange(rule.range);
    // Left out, it could turn "some addresses only" into "any address".
    if (!parsed.ok) throw new Error(`the IP rule ${rule.id} has no valid range: ${parsed.detail}`);
    const { range } = parsed;
    if (range.family === 4) v4.push({ first: range.first, last: range.last, rule });
    else v6.push({ first: range.first, last: range.last, rule });
  }
  const find4 = flatten(v4, 1);
  const find6 = flatten(v6, 1n);
  return {
    size: rules.length,
    match(text) {
      const address = readAddress(text);
      if (address === null) return null;
      return address.family === 4 ? find4(address.value) : find6(address.value);
    },
  };
}

interface Interval<N extends number | bigint> {
  first: N;
  last: N;
  rule: RangeRule;
}

/**
 * Cuts nested intervals into disjoint ones, each with its narrowest rule: the address `starts[i]` and those up to
 * the next start belong to `owners[i]`.
 */
function flatten<N extends number | bigint>(
  intervals: Interval<N>[],
  one: N,
): (value: N) => RangeRule | null {
  // The wider first; of two equal ones the earlier rule is put in last and so wins.
  const sorted = intervals
    .map((interval, index) => ({ interval, index }))
    .sort(
      (a, b) =>
        order(a.interval.first, b.interval.first) ||
        order(b.interval.last, a.interval.last) ||
        b.index - a.index,
    );
  const starts: N[] = [];
  const owners: (RangeRule | null)[] = [];
  const open: Interval<N>[] = [];
  const begin = (start: N, owner: RangeRule | null): void => {
    if (starts.at(-1) === start) owners[owners.length - 1] = owner;
    else {
      starts.push(start);
      owners.push(owner);
    }
  };
  const closeUpTo = (limit: N | null): void => {
    for (let top = open.at(-1); top && (limit === null || top.last < limit); top = open.at(-1)) {
      open.pop();
      begin(((top.last as number) + (one as number)) as N, open.at(-1)?.rule ?? null);
    }
  };
  for (const { interval } of sorted) {
    closeUpTo(interval.first);
    begin(interval.first, interval.rule);
    open.push(interval);
  }
  closeUpTo(null);
  return (value) => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as N) <= value) low = middle + 1;
      else high = middle;
    }
    return owners[low - 1] ?? null;
  };
}

const order = <N extends number | bigint>(a: N, b: N): number => (a < b ? -1 : a > b ? 1 : 0);
