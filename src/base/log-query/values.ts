import { OUTCOMES } from '../reasons.ts';
import { piecesOf } from './pattern.ts';
import { type Field, isNumberField, type NumberField, type TextField, type Value } from './terms.ts';

/** A value of a field from its pattern, or what is wrong with it. */
export function readValue(field: Field, pattern: string): Value | { readonly wrong: string } {
  return isNumberField(field) ? readNumbers(field, pattern) : readText(field, pattern);
}

function readText(field: TextField, pattern: string): Value | { wrong: string } {
  if (field !== 'outcome') return { kind: 'text', text: pattern };
  const outcome = OUTCOMES.find((name) => name.toLowerCase() === pattern.toLowerCase());
  if (outcome !== undefined || pattern === '*') return { kind: 'text', text: outcome ?? pattern };
  return { wrong: `outcome: is one of ${OUTCOMES.join(', ')}, not "${shown(pattern)}"` };
}

const NUMBER = String.raw`\d{1,15}(?:\.\d{1,6})?`;
const BOUND = new RegExp(`^(>=?|<=?|)(${NUMBER})$`);
const BETWEEN = new RegExp(`^(>?)(${NUMBER})?\\.\\.(<?)(${NUMBER})?$`);
const CLASS = /^([1-9])xx$/i;

function readNumbers(field: NumberField, pattern: string): Value | { wrong: string } {
  if (pattern === '*') return range(null, null);
  const statusClass = field === 'status' ? CLASS.exec(pattern) : null;
  if (statusClass) {
    const first = Number(statusClass[1]) * 100;
    return range(first, first + 99);
  }
  const bound = BOUND.exec(pattern);
  if (bound) {
    const [, sign, digits] = bound;
    const number = Number(digits);
    if (sign === '') return range(number, number);
    return sign?.startsWith('>')
      ? range(number, null, sign === '>', false)
      : range(null, number, false, sign === '<');
  }
  const between = BETWEEN.exec(pattern);
  const [from, to] = [between?.[2], between?.[4]].map((digits) =>
    digits === undefined ? null : Number(digits),
  );
  if (!between || from === undefined || to === undefined || (from === null && to === null))
    return { wrong: `${field}: ${WANTED[field]}, not "${shown(pattern)}"` };
  const open = { from: from !== null && between[1] === '>', to: to !== null && between[3] === '<' };
  if (from !== null && to !== null && from > to)
    return { wrong: `${field}: "${pattern}" ends before it begins` };
  return range(from, to, open.from, open.to);
}

const NUMBERS = '>200, >=200, <5, <=5, 100..200 or 12';
const WANTED: Record<NumberField, string> = {
  status: 'is a code (429), a class (4xx) or a comparison (>=500, 400..499)',
  ms: `is a number of milliseconds as ${NUMBERS}`,
  in: `is a number of bytes as ${NUMBERS}`,
  out: `is a number of bytes as ${NUMBERS}`,
};

const range = (from: number | null, to: number | null, fromOpen = false, toOpen = false): Value => ({
  kind: 'range',
  from,
  fromOpen,
  to,
  toOpen,
});

/** A pattern in a message: not all of a long one. */
function shown(pattern: string): string {
  const text = piecesOf(pattern).join('*');
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
