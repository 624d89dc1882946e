import { literalPattern } from './pattern.ts';
import { type Field, isNumberField, type NumberField, type Term, type Value } from './terms.ts';

/** The value that is this text or number, and nothing else; null: has none. */
function exactly(field: Field, value: string | number | null): Value {
  if (!isNumberField(field)) return { kind: 'text', text: literalPattern(String(value ?? '')) };
  const number = Number(value);
  return { kind: 'range', from: number, fromOpen: false, to: number, toOpen: false };
}

/** The term that a field has this value, which is taken as it is: a `*` in it is one. Null: has none. */
export const term = (field: Field, value: string | number | null, excluded = false): Term => ({
  field,
  excluded,
  values: [exactly(field, value)],
});

/** The term that a field's number is greater, less or one of both. */
export function compare(field: NumberField, sign: '>' | '>=' | '<' | '<=', number: number): Term {
  const open = sign.length === 1;
  const value: Value = sign.startsWith('>')
    ? { kind: 'range', from: number, fromOpen: open, to: null, toOpen: false }
    : { kind: 'range', from: null, fromOpen: false, to: number, toOpen: open };
  return { field, excluded: false, values: [value] };
}

const isSame = (a: Value, b: Value): boolean =>
  a.kind === 'text'
    ? b.kind === 'text' && a.text === b.text
    : b.kind === 'range' &&
      a.from === b.from &&
      a.to === b.to &&
      a.fromOpen === b.fromOpen &&
      a.toOpen === b.toOpen;

/**
 * The terms with one more value of a field that is wanted, or is excluded: an alternative beside those that a term of the
 * field has already, and no longer among those that are asked for the other way about.
 */
export function withValue(
  terms: readonly Term[],
  field: Field,
  value: string | number | null,
  excluded = false,
): Term[] {
  const added = exactly(field, value);
  const rest = withoutValue(terms, field, value, !excluded);
  const place = rest.findIndex((one) => one.field === field && one.excluded === excluded);
  const into = rest[place];
  if (into === undefined) return [...rest, { field, excluded, values: [added] }];
  if (into.values.some((one) => isSame(one, added))) return rest;
  return rest.with(place, { ...into, values: [...into.values, added] });
}

/** The terms without a value of a field; a term that has no other goes with it. */
export function withoutValue(
  terms: readonly Term[],
  field: Field,
  value: string | number | null,
  excluded = false,
): Term[] {
  const removed = exactly(field, value);
  return terms.flatMap((one) => {
    if (one.field !== field || one.excluded !== excluded) return [one];
    const values = one.values.filter((other) => !isSame(other, removed));
    return values.length === 0 ? [] : [{ ...one, values }];
  });
}

/** Whether a value of a field is among those that are wanted, or excluded; null where it is neither. */
export function asksFor(
  terms: readonly Term[],
  field: Field,
  value: string | number | null,
): 'wanted' | 'excluded' | null {
  const asked = exactly(field, value);
  const found = terms.find((one) => one.field === field && one.values.some((other) => isSame(other, asked)));
  return found === undefined ? null : found.excluded ? 'excluded' : 'wanted';
}
