import { type Address, formatAddress, isMapped, parseAddress, readAddress } from './addresses.ts';

export { parseAddress } from './addresses.ts';

/** A CIDR range: its first and last address, both inside, and the bits of its prefix. */
export type Range =
  | { readonly family: 4; readonly first: number; readonly last: number; readonly length: number }
  | { readonly family: 6; readonly first: bigint; readonly last: bigint; readonly length: number };

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
  const first = firstOf4(value, length);
  return { family: 4, first, last: first + 2 ** (32 - length) - 1, length };
}

function rangeOf6(value: bigint, length: number): Range {
  const first = firstOf6(value, length);
  return { family: 6, first, last: first + (1n << BigInt(128 - length)) - 1n, length };
}

/** The first address with the same `length` bits of prefix. */
const firstOf4 = (value: number, length: number): number => value - (value % 2 ** (32 - length));
const firstOf6 = (value: bigint, length: number): bigint => {
  const rest = BigInt(128 - length);
  return (value >> rest) << rest;
};
/** As text: a Map knows a bigint by its low 64 bits first, which all prefixes of up to 64 bits have in common. */
const prefix6 = (value: bigint, length: number): string => (value >> BigInt(128 - length)).toString(16);

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

/** A rule whose range has been read. */
export interface PlacedRule extends RangeRule {
  readonly place: Range;
}

/** @throws where the range cannot be read: left out, it could turn "some addresses only" into "any address" */
export function placeRule<R extends RangeRule>(rule: R): R & PlacedRule {
  const parsed = parseRange(rule.range);
  if (!parsed.ok) throw new Error(`the IP rule ${rule.id} has no valid range: ${parsed.detail}`);
  return { ...rule, place: parsed.range };
}

export function compileRanges(rules: readonly RangeRule[]): RangeSet {
  const set = new Ranges();
  for (const rule of rules) set.add(placeRule(rule));
  return set;
}

/**
 * Ranges that come and go. Each is found by its prefix among those of its length, so that neither a look-up nor a
 * change depends on how many there are: a look-up asks once for each length that occurs, the longest first.
 */
export class Ranges implements RangeSet {
  readonly #v4 = prefixes(firstOf4);
  readonly #v6 = prefixes(prefix6);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(rule: PlacedRule): void {
    const { place } = rule;
    if (place.family === 4) this.#v4.add(place.first, place.length, rule);
    else this.#v6.add(place.first, place.length, rule);
    this.#size++;
  }

  /** @param rule one that was added */
  remove({ id, place }: PlacedRule): void {
    if (place.family === 4) this.#v4.remove(place.first, place.length, id);
    else this.#v6.remove(place.first, place.length, id);
    this.#size--;
  }

  match(text: string): RangeRule | null {
    const address = readAddress(text);
    if (address === null) return null;
    return address.family === 4 ? this.#v4.find(address.value) : this.#v6.find(address.value);
  }
}

/** Rules by the length of their prefix, then by the prefix; of equal ones the one with the least id first. */
function prefixes<N, K>(prefixOf: (address: N, length: number) => K) {
  const tables = new Map<number, Map<K, RangeRule[]>>();
  let longestFirst: [number, Map<K, RangeRule[]>][] = [];
  const sortLengths = (): void => {
    longestFirst = [...tables].sort(([a], [b]) => b - a);
  };
  const tableOf = (length: number): Map<K, RangeRule[]> => {
    const known = tables.get(length);
    if (known !== undefined) return known;
    const made = new Map<K, RangeRule[]>();
    tables.set(length, made);
    sortLengths();
    return made;
  };
  return {
    add(first: N, length: number, rule: RangeRule): void {
      const table = tableOf(length);
      const prefix = prefixOf(first, length);
      const rules = table.get(prefix);
      if (rules === undefined) table.set(prefix, [rule]);
      else rules.splice(rules.filter(({ id }) => id < rule.id).length, 0, rule);
    },
    remove(first: N, length: number, id: string): void {
      const table = tableOf(length);
      const prefix = prefixOf(first, length);
      const rest = (table.get(prefix) ?? []).filter((rule) => rule.id !== id);
      if (rest.length > 0) table.set(prefix, rest);
      else table.delete(prefix);
      if (table.size > 0) return;
      tables.delete(length);
      sortLengths();
    },
    find(address: N): RangeRule | null {
      for (const [length, table] of longestFirst) {
        const rule = table.get(prefixOf(address, length))?.[0];
        if (rule !== undefined) return rule;
      }
      return null;
    },
  };
}
