import { literalPattern, piecesOf, wholeMatcher } from '../../base/log-query/pattern.ts';
import { readAddress } from '../ip-rules/addresses.ts';
import { parseRange } from '../ip-rules/ranges.ts';

/**
 * Whether an address is what a pattern says: the text with its `*`, an address however it is written, or one in a CIDR
 * range.
 * @returns a test of texts that are folded
 */
export function addressMatcher(pattern: string): (folded: string) => boolean {
  const [text = '', ...more] = piecesOf(pattern);
  if (more.length > 0) return wholeMatcher(pattern);
  const parsed = parseRange(text);
  if (!parsed.ok) return wholeMatcher(pattern);
  const { range, first, last } = parsed;
  if (first === last) return wholeMatcher(literalPattern(first));
  return (folded) => {
    const address = readAddress(folded);
    return (
      address !== null &&
      address.family === range.family &&
      address.value >= range.first &&
      address.value <= range.last
    );
  };
}

/** What is wrong with an address that is asked for; null: nothing. */
export function addressFault(pattern: string): string | null {
  const [text = '', ...more] = piecesOf(pattern);
  if (text === '' || more.length > 0) return null;
  const parsed = parseRange(text);
  return parsed.ok
    ? null
    : `address: "${text}" is no address, range (10.0.0.0/8) or pattern (10.1.*): ${parsed.detail}`;
}
