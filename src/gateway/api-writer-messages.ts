import type { ApiAnswer } from '../shifts-api/api.ts';
import type { ApiRequest } from '../shifts-api/operation.ts';

/** A request to the built-in API on its way to the thread that writes. */
export interface WriteOrder {
  readonly number: number;
  /** A URLSearchParams cannot be posted; its text can. */
  readonly request: Omit<ApiRequest, 'query'> & { readonly query: string };
}

export interface WriteReport {
  readonly number: number;
  /** null: it failed, and changed nothing; `detail` says why, for our eyes. */
  readonly answer: ApiAnswer | null;
  readonly detail: string;
  /** Milliseconds from when the thread took it until it was committed. */
  readonly durationMs: number;
}
