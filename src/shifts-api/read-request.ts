import type { z } from 'zod';
import type { FieldError } from './answers.ts';

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: FieldError[] };

/** Reads the query against `schema`. A parameter that is unknown, or given twice, is an error. */
export function readQuery<T>(schema: z.ZodType<T>, query: URLSearchParams): Read<T> {
  const values: Record<string, string> = Object.create(null);
  for (const [name, value] of query) {
    if (name in values) return failed(name, 'is given more than once');
    values[name] = value;
  }
  return checked(schema, { ...values }, 'parameter');
}

/** Reads a JSON body against `schema`. */
export function readBody<T>(
  schema: z.ZodType<T>,
  body: Uint8Array | null,
  contentType: string | null,
): Read<T> {
  if (!isJson(contentType)) return failed('content-type', 'must be application/json in UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(body ?? new Uint8Array()));
  } catch (cause) {
    if (cause instanceof SyntaxError) return failed('body', 'is not valid JSON');
    // TextDecoder throws a TypeError for bytes that are not UTF-8.
    if (cause instanceof TypeError) return failed('body', 'is not UTF-8');
    throw cause;
  }
  return checked(schema, value, 'field');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function isJson(contentType: string | null): boolean {
  if (contentType === null) return false;
  const [type, ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  return type === 'application/json' && parameters.every((p) => p === '' || /^charset="?utf-8"?$/.test(p));
}

function checked<T>(schema: z.ZodType<T>, value: unknown, member: 'parameter' | 'field'): Read<T> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    errors: bounded(result.error.issues.flatMap((issue) => errorsOf(issue, value, member))),
  };
}

/** Enough for a person to mend; a body of nothing but errors would make an answer larger than itself. */
const MAX_ERRORS = 50;

function bounded(errors: FieldError[]): FieldError[] {
  const more = errors.length - MAX_ERRORS;
  if (more <= 0) return errors.map(shortened);
  const last = { field: '…', detail: `and ${more} more that are not valid` };
  return [...errors.slice(0, MAX_ERRORS).map(shortened), last];
}

const MAX_NAME = 200;

/**
 * The name of an unknown field is the client's, and as long as it likes. A part of one is never shown: it may be a
 * part of a secret, which redaction would not know for one.
 */
const shortened = ({ field, detail }: FieldError): FieldError => ({
  field: field.length > MAX_NAME ? `(a name of ${field.length} characters)` : field,
  detail,
});

function errorsOf(issue: z.core.$ZodIssue, input: unknown, member: 'parameter' | 'field'): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      field: [...issue.path, key].join('.'),
      detail: `is not a known ${member}`,
    }));
  const field = issue.path.length === 0 ? 'body' : issue.path.join('.');
  if (issue.code === 'invalid_type')
    return [
      { field, detail: isMissing(issue.path, input) ? 'is required' : `must be ${aOrAn(issue.expected)}` },
    ];
  if (issue.code === 'invalid_value') return [{ field, detail: `must be one of ${issue.values.join(', ')}` }];
  return [{ field, detail: issue.message }];
}

/** Whether the value at `path` was left out, rather than of a wrong type. */
function isMissing(path: readonly PropertyKey[], input: unknown): boolean {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return true;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return false;
}

const aOrAn = (type: string): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;

const failed = (field: string, detail: string): Read<never> => ({ ok: false, errors: [{ field, detail }] });
