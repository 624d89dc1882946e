import { QueryTrouble } from './query-error.ts';

/** A value as it stands in a query. */
export interface ScannedValue {
  /** As a pattern: without quotes, with a backslash before nothing but `*` and itself. */
  readonly pattern: string;
  readonly quoted: boolean;
  readonly at: number;
  readonly end: number;
}

const BLANK = /\s/;
export const isBlank = (char: string | undefined): boolean => char !== undefined && BLANK.test(char);

/** What a field's name looks like, with its colon. */
export const FIELD_NAME = /[a-z][\w-]*:/iy;

/** The name before the colon at `at`; null where a word stands there. */
export function fieldNameAt(text: string, at: number): string | null {
  FIELD_NAME.lastIndex = at;
  return FIELD_NAME.exec(text)?.[0].slice(0, -1) ?? null;
}

/** Reads the value at `at`. One of a field ends at a comma; in a word alone, that is a character as any other. */
export function scanValue(text: string, at: number, ofField: boolean): ScannedValue {
  const quoted = text[at] === '"';
  const isEnd = (char: string | undefined) =>
    char === undefined || isBlank(char) || (ofField && char === ',');
  let pattern = '';
  let end = quoted ? at + 1 : at;
  for (; quoted ? text[end] !== '"' : !isEnd(text[end]); end++) {
    const char = text[end];
    if (char === undefined) throw new QueryTrouble('this quote is not closed', at, text.length - at);
    if (char === '"')
      throw new QueryTrouble('a quote stands at the beginning of a value, or is written as \\"', end, 1);
    if (char !== '\\') pattern += char;
    else {
      const next = text[++end];
      if (next === undefined)
        throw new QueryTrouble(
          'there is nothing behind this backslash; it is itself written as \\\\',
          end - 1,
          1,
        );
      pattern += next === '*' || next === '\\' ? `\\${next}` : next;
    }
  }
  if (!quoted) return { pattern, quoted, at, end };
  end++;
  if (!isEnd(text[end]))
    throw new QueryTrouble(
      'behind a closing quote stands a blank or a comma; a quote within a value is written as \\"',
      end,
      1,
    );
  return { pattern, quoted, at, end };
}
