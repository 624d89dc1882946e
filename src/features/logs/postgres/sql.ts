/** Gives a value to a statement, and its place there. */
export type Bind = (value: unknown) => string;

/** A part of a statement. */
export type Sql = (bind: Bind) => string;

/** A statement with its values. */
export function statement(write: Sql): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const text = write((value) => `$${values.push(value)}`);
  return { text, values };
}

export const FALSE: Sql = () => 'FALSE';

export const allOf =
  (parts: readonly Sql[]): Sql =>
  (bind) =>
    parts.length === 0 ? 'TRUE' : parts.map((part) => part(bind)).join(' AND ');

export const someOf = (parts: readonly Sql[]): Sql => {
  const [only] = parts;
  if (only === undefined) return FALSE;
  return parts.length === 1 ? only : (bind) => `(${parts.map((part) => part(bind)).join(' OR ')})`;
};

export const not =
  (part: Sql): Sql =>
  (bind) =>
    `(${part(bind)}) IS NOT TRUE`;
