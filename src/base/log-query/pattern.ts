/** A text as the pattern that matches it alone. */
export const literalPattern = (text: string): string => text.replace(/[\\*]/g, '\\$&');

/** The texts between the `*` of a pattern, as they are: one where it has no `*`. */
export function piecesOf(pattern: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '*') {
      pieces.push(piece);
      piece = '';
    } else piece += char === '\\' ? (pattern[++at] ?? '') : char;
  }
  return [...pieces, piece];
}

/** As patterns and texts are compared. In upper case, as the lower one of a letter may depend on those beside it. */
export const fold = (text: string): string => text.toUpperCase();

/**
 * Whether a whole text is what a pattern says; `*` alone wants at least one character. The time is that of looking each
 * piece up once, from left to right: the first place where a piece fits leaves most for those behind it.
 * @returns a test of texts that are folded
 */
export function wholeMatcher(pattern: string): (folded: string) => boolean {
  const pieces = piecesOf(fold(pattern));
  if (pieces.length === 1) return (folded) => folded === pieces[0];
  if (pieces.every((piece) => piece === '')) return (folded) => folded !== '';
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  const between = pieces.slice(1, -1);
  return (folded) => {
    if (!folded.startsWith(first) || !folded.endsWith(last)) return false;
    const end = placeBehind(folded, between, first.length);
    return end !== -1 && end <= folded.length - last.length;
  };
}

/**
 * Whether a text has what a pattern says somewhere in it.
 * @returns a test of texts that are folded
 */
export function withinMatcher(pattern: string): (folded: string) => boolean {
  const pieces = piecesOf(fold(pattern));
  return (folded) => placeBehind(folded, pieces, 0) !== -1;
}

/** Where the last of some pieces ends that follow one another from `at` on; -1 where they do not. */
function placeBehind(text: string, pieces: readonly string[], at: number): number {
  let end = at;
  for (const piece of pieces) {
    const found = text.indexOf(piece, end);
    if (found === -1) return -1;
    end = found + piece.length;
  }
  return end;
}
