import { parseQuery } from '../../../../base/log-query/parse.ts';
import type { QueryError } from '../../../../base/log-query/query-error.ts';
import type { Term } from '../../../../base/log-query/terms.ts';
import { writeTerm } from '../../../../base/log-query/write.ts';

/** What is being written: at which place among the terms, and in the place of a term or beside them. */
export interface Draft {
  readonly text: string;
  readonly at: number;
  readonly replaces: boolean;
}

/** A new one, at the end. */
export const newDraft = (terms: readonly Term[], text = ''): Draft => ({
  text,
  at: terms.length,
  replaces: false,
});

/** A term is written anew, in its place. */
export const editDraft = (terms: readonly Term[], at: number): Draft => {
  const term = terms[at];
  return { text: term === undefined ? '' : writeTerm(term), at, replaces: term !== undefined };
};

/** The terms with what was written, or what is wrong with it. A term that is there already is not there twice. */
export function applyDraft(
  terms: readonly Term[],
  { text, at, replaces }: Draft,
): { terms: Term[] } | { error: QueryError } {
  const parsed = parseQuery(text);
  if ('error' in parsed) return parsed;
  const rest = replaces ? terms.toSpliced(at, 1) : terms;
  const there = new Set(rest.map(writeTerm));
  return { terms: rest.toSpliced(at, 0, ...parsed.terms.filter((term) => !there.has(writeTerm(term)))) };
}

/** The mistake to be marked while somebody writes: none in the word that is not finished yet. */
export function shownError(text: string, caret: number, asked: boolean): QueryError | null {
  const parsed = parseQuery(text);
  if (!('error' in parsed)) return null;
  const { at, length } = parsed.error;
  const unfinished = caret === text.length && at + length >= text.trimEnd().length;
  return asked || !unfinished ? parsed.error : null;
}
