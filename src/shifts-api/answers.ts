import type { ReasonCode } from '../base/reasons.ts';
import type { RowPlaces } from '../features/logs/record.ts';

export interface FieldError {
  readonly field: string;
  readonly detail: string;
}

/** What the API answers. With a reason, the gateway writes the problem document; else `body` is the JSON text. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly reason: ReasonCode | null;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Where the rows lie that were asked for; for the log. */
  readonly places?: RowPlaces;
}

export const ok = (value: unknown): ApiAnswer => ({ status: 200, body: JSON.stringify(value), reason: null });

/** 201; `location` is the path of the new row where it can be asked for. */
export const created = (value: unknown, location?: string): ApiAnswer => ({
  status: 201,
  body: JSON.stringify(value),
  reason: null,
  ...(location === undefined ? {} : { headers: { Location: location } }),
});

export const noContent: ApiAnswer = { status: 204, body: null, reason: null };

export const invalid = (errors: readonly FieldError[]): ApiAnswer => ({
  status: 400,
  body: null,
  reason: 'request.invalid',
  detail: 'The request is not valid; see errors.',
  errors,
});

export const invalidField = (field: string, detail: string): ApiAnswer => invalid([{ field, detail }]);

/** 404. Hidden and missing differ in the log's reason alone. */
export const notThere = (kind: string, hidden: boolean): ApiAnswer => ({
  status: 404,
  body: null,
  reason: hidden ? 'restriction.hidden' : 'resource.unknown',
  detail: `There is no ${kind} with this id.`,
});

/** 403: the row would lie outside the restrictions. */
export const outside = (detail: string): ApiAnswer => ({
  status: 403,
  body: null,
  reason: 'restriction.write',
  detail,
});

/** 503: what holds the rows does not answer. */
export const unavailable: ApiAnswer = {
  status: 503,
  body: null,
  reason: 'database.unavailable',
  detail: 'The database behind this API cannot be reached at the moment. Try again shortly.',
  headers: { 'Retry-After': '1' },
};

/** The answer, with where the rows lie that the request named. */
export const about = (places: RowPlaces, answer: ApiAnswer): ApiAnswer => ({ ...answer, places });
