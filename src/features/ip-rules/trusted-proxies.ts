import { formatAddress, readAddress } from './addresses.ts';
import { compileRanges, type RangeSet } from './ranges.ts';

/** An entry of X-Forwarded-For where a proxy writes the port as RFC 7239 has it: in brackets for IPv6. */
const WITH_PORT = /^(?:\[([^[\]]+)\]|([\d.]+))(?::\d{1,5})?$/;

export const compileProxies = (ranges: readonly string[]): RangeSet =>
  compileRanges(ranges.map((range) => ({ id: range, range, label: 'trusted proxy' })));

/**
 * The client of a request, read from the right: who connected to us, or, where that is a trusted proxy, whom it names,
 * and so on until an address that is not a trusted proxy. What stands left of that one is the client's own word and
 * never looked at. An entry that is no address (empty, `unknown`, a name) ends the walk: the last trusted proxy is
 * taken for the client, as whoever stands further left is hearsay.
 * @param peer who connected to us, in canonical form
 * @param forwardedFor every X-Forwarded-For header in its order, joined by commas; null where there is none
 */
export function clientBehind(trusted: RangeSet, peer: string, forwardedFor: string | null): string {
  let client = peer;
  if (forwardedFor === null || trusted.size === 0) return client;
  let end = forwardedFor.length;
  while (end >= 0 && trusted.match(client) !== null) {
    const comma = end === 0 ? -1 : forwardedFor.lastIndexOf(',', end - 1);
    const named = readEntry(forwardedFor.slice(comma + 1, end));
    if (named === null) break;
    client = named;
    end = comma;
  }
  return client;
}

/** The address in an entry, in canonical form: bare, in brackets, or with a port. */
function readEntry(text: string): string | null {
  const entry = text.trim();
  const parts = WITH_PORT.exec(entry);
  const bracketed = parts?.[1];
  if (bracketed !== undefined && !bracketed.includes(':')) return null;
  const address = readAddress(bracketed ?? parts?.[2] ?? entry);
  return address === null ? null : formatAddress(address);
}
