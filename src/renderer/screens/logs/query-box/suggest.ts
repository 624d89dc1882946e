import { term } from '../../../../base/log-query/build.ts';
import { type Completion, completionAt } from '../../../../base/log-query/complete.ts';
import type { Field } from '../../../../base/log-query/terms.ts';
import { writeTerm } from '../../../../base/log-query/write.ts';
import { OUTCOMES } from '../../../../base/reasons.ts';
import { outcomeMeanings } from '../../../charts/palette.ts';

/** What could stand at the caret. */
export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** What it puts in the place of `from` to `to`. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** A value, with which a term is complete. */
  readonly closes: boolean;
}

/** A value of a field that is in the log. */
export interface KnownValue {
  readonly value: string;
  readonly label: string | null;
  readonly count: number;
}

const about: Record<Field, string> = {
  token: 'name or id of the token',
  user: 'name or id of its user',
  endpoint: '"GET /v1/shifts/{id}", or a tag',
  method: 'GET, POST, …',
  status: '429, 4xx, >=500',
  outcome: 'admitted, clientError, limited, denied, serverError',
  reason: 'why it was refused, as limit.*',
  address: 'an address or a range, as 10.0.0.0/8',
  path: '/v1/shifts*, with its query',
  agent: 'what the client calls itself',
  id: 'of the request',
  ms: 'how long it took: >200, 100..500',
  in: 'bytes of the request’s body: >1000',
  out: 'bytes of the answer’s body: >1000',
  text: 'anywhere in the request',
};

const example = (text: string, detail: string) => ({ text, detail });
const bounds = (unit: string) => [
  example('>1000', `more than 1,000 ${unit}`),
  example('<100', `less than 100 ${unit}`),
  example('100..500', `100 to 500 ${unit}`),
];

/** What a field can be compared with whatever the log has. */
const fixed: Partial<Record<Field, { text: string; detail: string }[]>> = {
  outcome: OUTCOMES.map((outcome) => example(outcome, outcomeMeanings[outcome])),
  status: [example('4xx', 'any from 400 to 499'), example('5xx', 'any from 500 to 599')],
  ms: bounds('milliseconds'),
  in: bounds('bytes'),
  out: bounds('bytes'),
};

const MOST = 50;

const says = (text: string, typed: string) => text.toLowerCase().includes(typed.toLowerCase());

/** The field whose values are wanted at the caret; null: none is. */
export const fieldAt = (text: string, caret: number): Field | null => {
  const completion = completionAt(text, caret);
  return completion?.kind === 'value' ? completion.field : null;
};

/** What can stand at the caret: fields, or values of one, of which the log has `known`. */
export function suggestionsAt(text: string, caret: number, known: readonly KnownValue[]): Suggestion[] {
  const completion = completionAt(text, caret);
  if (completion === null) return [];
  return completion.kind === 'field' ? fieldsOf(completion) : valuesOf(completion, known);
}

const fieldsOf = ({ fields, from, to }: Completion & { kind: 'field' }): Suggestion[] =>
  fields.map((field) => ({
    label: `${field}:`,
    detail: about[field],
    text: `${field}:`,
    from,
    to,
    closes: false,
  }));

function valuesOf(
  { field, from, to, typed }: Completion & { kind: 'value' },
  known: readonly KnownValue[],
): Suggestion[] {
  const place = { from, to, closes: true };
  const always = (fixed[field] ?? []).map(({ text, detail }) => ({ ...place, label: text, detail, text }));
  const found = known.map(({ value, label, count }) => ({
    ...place,
    label: label ?? value,
    detail: count.toLocaleString('en'),
    text: writeTerm(term(field, value)).slice(field.length + 1),
  }));
  return [...found, ...always]
    .filter(({ label, text }) => says(label, typed) || says(text, typed))
    .slice(0, MOST);
}

/** The text with a suggestion taken, and where the caret is then. */
export function taken(text: string, { text: put, from, to }: Suggestion): { text: string; caret: number } {
  return { text: text.slice(0, from) + put + text.slice(to), caret: from + put.length };
}
