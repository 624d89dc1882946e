/**
 * What can be asked of the request log, as a list of terms that all must hold: `status:429 token:"Payroll"
 * path:/v1/shifts* ms:>200 -reason:limit.* timeout`. The language is the same in the console, on the command line, in
 * exports' manifests and over the admin API. The parts of it:
 *
 * | field | compared with |
 * |---|---|
 * | `token`, `user` | its id, or its name at the time of the request |
 * | `endpoint` | the template as "GET /v1/shifts/{id}", or its tag |
 * | `method` `reason` `agent` `id` | the text |
 * | `address` | the text, or a CIDR range |
 * | `path` | the path alone, or with its query |
 * | `outcome` | `admitted`, `clientError`, `limited`, `denied`, `serverError` |
 * | `status` | a code, a class (`4xx`), or a number's comparison |
 * | `ms`, `in`, `out` | duration in milliseconds, body sizes in bytes: `>200`, `>=200`, `<5`, `<=5`, `100..200`, `12` |
 * | (a word alone, or in quotes) | anywhere in the request's texts, whatever the case |
 *
 * Texts compare without regard to case, and whole; `*` stands for any characters (also none). Alone it says "has one", and
 * `""` says "has none". Several values of a term, parted by commas, are alternatives; a `-` before the term excludes them.
 * A value with blanks, commas or quotes stands in quotes; a backslash takes the next character as it is: `\*`, `\"`.
 */
export const FIELDS = [
  'token',
  'user',
  'endpoint',
  'method',
  'status',
  'outcome',
  'reason',
  'address',
  'path',
  'agent',
  'id',
  'ms',
  'in',
  'out',
  'text',
] as const;
export type Field = (typeof FIELDS)[number];

/** The fields whose values are numbers. */
export const NUMBER_FIELDS = ['status', 'ms', 'in', 'out'] as const satisfies readonly Field[];
export type NumberField = (typeof NUMBER_FIELDS)[number];
export type TextField = Exclude<Field, NumberField>;

export const isNumberField = (field: Field): field is NumberField =>
  (NUMBER_FIELDS as readonly Field[]).includes(field);

/**
 * One alternative of a term: a pattern, in which `*` stands for any characters and a backslash takes the `*` or backslash
 * behind it as it is (pattern.ts); or numbers from `from` to `to`, both inclusive unless open, null: without an end.
 */
export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'range';
      readonly from: number | null;
      readonly fromOpen: boolean;
      readonly to: number | null;
      readonly toOpen: boolean;
    };

export interface Term {
  readonly field: Field;
  readonly excluded: boolean;
  /** At least one; of an excluded term, none may match. */
  readonly values: readonly Value[];
}
