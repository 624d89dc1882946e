import { z } from 'zod';
import { type ApiAnswer, invalid } from './answers.ts';
import { readBody, readQuery } from './read-request.ts';
import type { Steps } from './rows.ts';
import type { Visible } from './visible.ts';

/** One authorised request to the API, as the gateway hands it over. */
export interface ApiRequest {
  /** The catalogue's operation, as `listShifts`. */
  readonly operation: string;
  /** Path parameters, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Uint8Array | null;
  readonly contentType: string | null;
  readonly visible: Visible;
  /** Unix milliseconds. */
  readonly now: number;
}

/** What an operation's handler works on: the request, read. */
export interface Call<Q, B> {
  /** The path's `{id}`, or an empty text. */
  readonly id: string;
  readonly query: Q;
  readonly body: B;
  readonly visible: Visible;
  readonly now: number;
}

/** One operation: the description that becomes the OpenAPI document, and how it is answered. */
export interface Operation {
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly status: 200 | 201 | 204;
  /** The answer's schema; null for an answer without a body. */
  readonly answer: z.ZodType | null;
  /** It reads so much that a client may have few of them under way, and others' requests go first. */
  readonly long?: true;
  /** What there is to do for a request. */
  plan(request: ApiRequest): Plan;
}

/** How a request is answered, and what holds meanwhile. */
export type Plan =
  | { readonly kind: 'answer'; readonly answer: ApiAnswer }
  /** Read from one state of the database. */
  | { readonly kind: 'read'; readonly steps: () => Steps<ApiAnswer> }
  /** In one write transaction. */
  | { readonly kind: 'write'; readonly steps: () => Steps<ApiAnswer> }
  /** Read from one state of the database, without a lock; the steps that come of it are a write transaction. */
  | { readonly kind: 'long'; readonly steps: () => Steps<ApiAnswer | (() => Steps<ApiAnswer>)> };

type Described = Pick<Operation, 'operation' | 'method' | 'path' | 'tag' | 'summary' | 'status' | 'answer'>;

/** An operation without a body; one that is no GET runs in a write transaction. An unknown query parameter is refused. */
export function withoutBody<Q extends z.ZodRawShape>(
  described: Described,
  query: Q,
  handle: (call: Call<z.output<z.ZodObject<Q>>, null>) => Steps<ApiAnswer>,
): Operation {
  const schema = z.strictObject(query);
  return {
    ...described,
    query: schema,
    body: null,
    plan(request) {
      const read = readQuery(schema, request.query);
      if (!read.ok) return { kind: 'answer', answer: invalid(read.errors) };
      // A strict object of this shape has this very output; the generic hides it from the compiler.
      const call = { ...common(request), query: read.value as z.output<z.ZodObject<Q>>, body: null };
      return { kind: described.method === 'GET' ? 'read' : 'write', steps: () => handle(call) };
    },
  };
}

/** An operation with a JSON body. Its handler runs in a write transaction. */
export const withBody = <B extends z.ZodType>(
  described: Described,
  body: B,
  handle: (call: Call<null, z.output<B>>) => Steps<ApiAnswer>,
): Operation => ({
  ...described,
  query: none,
  body,
  plan: (request) => reading(request, body, (call) => ({ kind: 'write', steps: () => handle(call) })),
});

/**
 * An operation with a JSON body that reads much and then writes little. Its handler runs in one snapshot, without the
 * write lock; the steps that it returns run in a write transaction, when what was read may have changed.
 */
export const withLongRead = <B extends z.ZodType>(
  described: Described,
  body: B,
  handle: (call: Call<null, z.output<B>>) => Steps<ApiAnswer | (() => Steps<ApiAnswer>)>,
): Operation => ({
  ...described,
  query: none,
  body,
  long: true,
  plan: (request) => reading(request, body, (call) => ({ kind: 'long', steps: () => handle(call) })),
});

function reading<B extends z.ZodType>(
  request: ApiRequest,
  body: B,
  go: (call: Call<null, z.output<B>>) => Plan,
): Plan {
  const query = readQuery(none, request.query);
  const read = readBody<z.output<B>>(body as z.ZodType<z.output<B>>, request.body, request.contentType);
  if (!query.ok || !read.ok)
    return {
      kind: 'answer',
      answer: invalid([...(query.ok ? [] : query.errors), ...(read.ok ? [] : read.errors)]),
    };
  return go({ ...common(request), query: null, body: read.value });
}

const none = z.strictObject({});

const common = (request: ApiRequest) => ({
  id: (request.params.id ?? '').toLowerCase(),
  visible: request.visible,
  now: request.now,
});
