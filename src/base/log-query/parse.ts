import { type QueryError, QueryTrouble } from './query-error.ts';
import { fieldNameAt, isBlank, type ScannedValue, scanValue } from './scan.ts';
import { noSuchField } from './suggest-field.ts';
import { FIELDS, type Field, type Term, type Value } from './terms.ts';
import { readValue } from './values.ts';

export type ParsedQuery = { readonly terms: Term[] } | { readonly error: QueryError };

/** Reads a query as terms.ts describes it. Never throws: what is wrong, and where, is a value. */
export function parseQuery(text: string): ParsedQuery {
  const terms: Term[] = [];
  try {
    for (let at = behindBlanks(text, 0); at < text.length; ) {
      const { term, end } = readTerm(text, at);
      terms.push(term);
      at = behindBlanks(text, end);
    }
    return { terms };
  } catch (thrown) {
    if (thrown instanceof QueryTrouble) return { error: thrown.place };
    throw thrown;
  }
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at++;
  return at;
}

function readTerm(text: string, start: number): { term: Term; end: number } {
  const excluded = text[start] === '-';
  const at = excluded ? start + 1 : start;
  if (at === text.length || isBlank(text[at]))
    throw new QueryTrouble('behind a "-" stands what is to be excluded, without a blank', start, 1);
  const name = fieldNameAt(text, at);
  if (name === null) return readWord(text, at, excluded);
  const field = FIELDS.find((known) => known === name.toLowerCase());
  if (field === undefined) throw new QueryTrouble(noSuchField(name), at, name.length);
  return readField(text, field, at, excluded);
}

/** What some write between terms; taken as words they would find nothing, and nobody knew why. */
const CONNECTIVES: Readonly<Record<string, string>> = {
  AND: 'all terms must hold, without AND between them',
  OR: 'alternatives are values of one term, as status:429,503; there is no OR between terms',
  NOT: 'what is to be excluded has a "-" before it',
};

function readWord(text: string, at: number, excluded: boolean): { term: Term; end: number } {
  const scanned = scanValue(text, at, false);
  const word = text.slice(at, scanned.end);
  const connective = CONNECTIVES[word];
  if (connective !== undefined)
    throw new QueryTrouble(`${connective} (in quotes, ${word} is searched as a text)`, at, word.length);
  return { term: { field: 'text', excluded, values: [checkedValue('text', scanned)] }, end: scanned.end };
}

function readField(text: string, field: Field, at: number, excluded: boolean): { term: Term; end: number } {
  const values: Value[] = [];
  let end = at + field.length;
  do {
    const scanned = scanValue(text, end + 1, true);
    if (scanned.end === scanned.at)
      throw new QueryTrouble(
        `${field}: has no value directly behind the ${values.length === 0 ? 'colon' : 'comma'}`,
        at,
        scanned.end - at,
      );
    values.push(checkedValue(field, scanned));
    end = scanned.end;
  } while (text[end] === ',');
  return { term: { field, excluded, values }, end };
}

function checkedValue(field: Field, { pattern, at, end }: ScannedValue): Value {
  const value = readValue(field, pattern);
  if ('wrong' in value) throw new QueryTrouble(value.wrong, at, end - at);
  return value;
}
