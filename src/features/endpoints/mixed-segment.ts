/** A path segment that is a literal in part, as `{id}.json` or `{from}-{to}`. */
export interface MixedSegment {
  /** How many of its characters are literal: the more, the more concrete. */
  readonly literal: number;
  /** Two templates of one shape are the same, whatever their parameters are called. */
  readonly shape: string;
  /** The parameters' values, each at least one character and as short as can be; null where it does not fit. */
  match(segment: string): string[] | null;
}

/**
 * @param literals what stands before, between and behind the parameters: one more than there are parameters
 *
 * Searches for one literal after the other and never goes back, so a hostile path costs no more than its length; a
 * pattern of several `.+?` would cost a power of it.
 */
export function mixedSegment(literals: readonly string[]): MixedSegment {
  const [head = '', ...rest] = literals;
  const tail = rest.pop() ?? '';
  return {
    literal: literals.reduce((sum, text) => sum + text.length, 0),
    shape: literals.map((text) => text.replaceAll('{', '{{')).join('{}'),
    match(segment) {
      if (!segment.startsWith(head)) return null;
      const values: string[] = [];
      let at = head.length;
      for (const literal of rest) {
        const found = segment.indexOf(literal, at + 1);
        if (found === -1) return null;
        values.push(segment.slice(at, found));
        at = found + literal.length;
      }
      const end = segment.length - tail.length;
      if (end <= at || !segment.endsWith(tail)) return null;
      values.push(segment.slice(at, end));
      return values;
    },
  };
}
