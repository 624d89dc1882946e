import { createContext } from 'react';
import type { Field, Term, Value } from '../../../../base/log-query/terms.ts';
import { writeTerm } from '../../../../base/log-query/write.ts';

/** Names for ids, by `labelKey`. */
export type Labels = ReadonlyMap<string, string>;

export const labelKey = (field: Field, value: string): string => `${field} ${value.toLowerCase()}`;

export const LabelsContext = createContext<Labels>(new Map());

/** A value as a chip shows it: by its name where it is an id. */
export function valueWords(labels: Labels, field: Field, value: Value): string {
  if (value.kind === 'text' && value.text === '') return 'none';
  const name = value.kind === 'text' ? labels.get(labelKey(field, value.text)) : undefined;
  return name ?? writeValue(field, value);
}

function writeValue(field: Field, value: Value): string {
  if (value.kind === 'text') return value.text.replaceAll('\\*', '*').replaceAll('\\\\', '\\');
  const term: Term = { field, excluded: false, values: [value] };
  return writeTerm(term).slice(field.length + 1);
}
