import { piecesOf } from '../../base/log-query/pattern.ts';
import type { Field, Term, Value } from '../../base/log-query/terms.ts';
import { UNWRITTEN_VALUES } from './stored-record.ts';

/** The fields whose texts stand in the line of a record as they are. */
const WRITTEN: ReadonlySet<Field> = new Set(['path', 'agent', 'id', 'text']);

/**
 * Whether terms may hold for a record, by the line of JSON that it is stored as (stored-record.ts): no only where they
 * surely do not. Looking through a line costs a fraction of reading it.
 */
export function lineMatcher(terms: readonly Term[]): (json: string) => boolean {
  const wanted = terms.flatMap(({ field, excluded, values }) =>
    excluded || !WRITTEN.has(field) ? [] : (wantedBy(values) ?? []),
  );
  return (json) => wanted.every((one) => one.test(json));
}

/** What a line has in it where one of the values matches; null: nothing that it must have. */
function wantedBy(values: readonly Value[]): RegExp | null {
  const parts = values.map((value) => (value.kind === 'text' ? longestPart(value.text) : null));
  if (parts.includes(null)) return null;
  // Capitals of other letters follow rules of their own.
  return new RegExp(`${parts.join('|')}|[^\\x00-\\x7f]`, 'i');
}

/** The longest part of a pattern that stands in a line in one piece, as a regular expression. */
function longestPart(pattern: string): string | null {
  const part = piecesOf(pattern)
    // A path and its query are two texts there.
    .flatMap((piece) => piece.split('?'))
    .filter(isWritten)
    .reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  return part === ''
    ? null
    : JSON.stringify(part)
        .slice(1, -1)
        .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

const isWritten = (part: string): boolean =>
  /^[\0-\x7f]*$/.test(part) &&
  !UNWRITTEN_VALUES.some((value) => value.toLowerCase().includes(part.toLowerCase()));
