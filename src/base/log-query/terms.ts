/**
 * What can be asked of the request log, as a list of terms that all must hold: `status:429 token:"Payroll"
 * path:/v1/shifts* ms:>200 -reason:limit.* timeout`. The language is the same in the console, on the command line, in
 * exports' manifests and over the admin API. The parts of it:
 *
 * | field | compared with |
 * |---|---|
 * | `token`, `user` | its id, or its name at the time of the request |
 * | `endpoint` | the template as "GET /v1/shifts/{id}", or its tag |
 * | `method` `reason` `address` `path` `agent` `id` | the text; an address also with a CIDR range; a path with its query |
 * | `outcome` | `admitted`, `clientError`, `limited`, `denied`, `serverError` |
 * | `status` | a code, a class (`4xx`), or a number's comparison |
 * | `ms`, `in`, `out` | duration in milliseconds, body sizes in bytes: `>200`, `>=200`, `<5`, `<=5`, `100..200`, `12` |
 * | (a word alone, or in quotes) | anywhere in the request's texts, whatever the case |
 *
 * Texts compare without regard to case; `*` stands for any characters (also none), and alone for "has one". Several
 * values of a term, parted by commas, are alternatives; a `-` before the term excludes them.
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

/** One alternative of a term: a text with `*` as written, or numbers from `from` to `to`, both inclusive unless open. */
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
