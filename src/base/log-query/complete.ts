import { isBlank } from './scan.ts';
import { FIELDS, type Field } from './terms.ts';

/** What may stand at the caret: names of fields, or a value of one. `from` to `to` is what it would replace. */
export type Completion =
  | { readonly kind: 'field'; readonly from: number; readonly to: number; readonly fields: readonly Field[] }
  | {
      readonly kind: 'value';
      readonly from: number;
      readonly to: number;
      readonly field: Field;
      readonly typed: string;
    };

/** What the text before the caret begins; null where that is a word, or what only it knows how to go on. */
export function completionAt(text: string, caret: number): Completion | null {
  const { start, valueStart, quoted } = beginningAt(text, caret);
  const begun = text.slice(start, caret);
  const sign = begun.startsWith('-') ? 1 : 0;
  const colon = begun.indexOf(':');
  if (colon === -1) {
    const name = begun.slice(sign).toLowerCase();
    if (quoted || !/^[a-z]*$/.test(name)) return null;
    const fields = FIELDS.filter((field) => field.startsWith(name) && field !== 'text');
    return fields.length === 0 ? null : { kind: 'field', from: start + sign, to: caret, fields };
  }
  const field = FIELDS.find((known) => known === begun.slice(sign, colon).toLowerCase());
  if (field === undefined) return null;
  const from = Math.max(valueStart, start + colon + 1);
  return { kind: 'value', from, to: caret, field, typed: text.slice(from, caret).replace(/^"/, '') };
}

/** Where the term and the value begin that the caret is in. */
function beginningAt(text: string, caret: number): { start: number; valueStart: number; quoted: boolean } {
  let [start, valueStart, quoted] = [0, 0, false];
  for (let at = 0; at < caret; at++) {
    const char = text[at];
    if (char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && isBlank(char)) start = valueStart = at + 1;
    else if (!quoted && char === ',') valueStart = at + 1;
  }
  return { start, valueStart, quoted };
}
