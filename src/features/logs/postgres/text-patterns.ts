import { fold, piecesOf } from '../../../base/log-query/pattern.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { type Sql, someOf } from './sql.ts';
import { storedText } from './stored-text.ts';

/** What the patterns of a term want, told apart as SQL does. */
export interface Patterns {
  /** One of these texts, folded. */
  readonly exact: readonly string[];
  /** As LIKE reads it, folded. */
  readonly like: readonly string[];
  /** Any text but an empty one. */
  readonly any: boolean;
  /** No text, or an empty one. */
  readonly none: boolean;
}

export function patternsOf({ values }: Term): Patterns {
  const [exact, like]: string[][] = [[], []];
  let [any, none] = [false, false];
  for (const value of values) {
    if (value.kind !== 'text') continue;
    const pieces = piecesOf(storedText(fold(value.text)));
    if (pieces.length > 1 && pieces.every((piece) => piece === '')) any = true;
    else if (pieces.length > 1) like?.push(pieces.map(literally).join('%'));
    else if (pieces[0] === '') none = true;
    else exact?.push(pieces[0] as string);
  }
  return { exact: exact ?? [], like: like ?? [], any, none };
}

const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** Whether a text that is never null, folded, is what some patterns say. @param text as SQL has it */
export function textCondition(text: string, { exact, like, any, none }: Patterns): Sql {
  return someOf([
    ...(exact.length > 0 ? [(bind: (value: unknown) => string) => `${text} = ANY(${bind(exact)})`] : []),
    ...(like.length > 0 ? [(bind: (value: unknown) => string) => `${text} LIKE ANY(${bind(like)})`] : []),
    ...(any ? [() => `${text} <> ''`] : []),
    ...(none ? [() => `${text} = ''`] : []),
  ]);
}
