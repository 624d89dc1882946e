import { fieldNameAt } from './scan.ts';
import type { Field, Term, Value } from './terms.ts';

/** The query that `parseQuery` reads as these terms, the same for equal terms. */
export const writeQuery = (terms: readonly Term[]): string => terms.map(writeTerm).join(' ');

/** One term as it stands in a query. */
export function writeTerm({ field, excluded, values }: Term): string {
  const sign = excluded ? '-' : '';
  const [first] = values;
  if (field === 'text' && values.length === 1 && first?.kind === 'text')
    return `${sign}${writeWord(first.text)}`;
  return `${sign}${field}:${values.map((value) => writeValue(field, value)).join(',')}`;
}

const quote = (pattern: string): string => `"${pattern.replaceAll('"', '\\"')}"`;

/** A word alone is in quotes too where it would be read as something else. */
const writeWord = (pattern: string): string =>
  pattern === '' ||
  pattern.startsWith('-') ||
  /[\s"]/.test(pattern) ||
  /^(AND|OR|NOT)$/.test(pattern) ||
  fieldNameAt(pattern, 0) !== null
    ? quote(pattern)
    : pattern;

function writeValue(field: Field, value: Value): string {
  if (value.kind === 'text')
    return value.text === '' || /[\s",]/.test(value.text) ? quote(value.text) : value.text;
  const { from, fromOpen, to, toOpen } = value;
  if (from === null) return to === null ? '*' : `${toOpen ? '<' : '<='}${to}`;
  if (to === null) return `${fromOpen ? '>' : '>='}${from}`;
  if (fromOpen || toOpen) return `${fromOpen ? '>' : ''}${from}..${toOpen ? '<' : ''}${to}`;
  if (field === 'status' && from % 100 === 0 && from >= 100 && from < 1_000 && to === from + 99)
    return `${from / 100}xx`;
  return from === to ? String(from) : `${from}..${to}`;
}
