import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

const kinds = ['token', 'secret', 'none'] as const;
export type CredentialKind = (typeof kinds)[number];

/** What *Test a request* is filled with when it opens; null: its own default. A secret is never part of it. */
export interface TestRequest {
  credential: CredentialKind;
  token: string | null;
  address: string | null;
  method: string | null;
  path: string | null;
}

const OPEN = 'test';
const fields = ['token', 'address', 'method', 'path'] as const;
const keyOf = (field: (typeof fields)[number]) => `${OPEN}.${field}`;

function read(query: URLSearchParams): TestRequest | null {
  const kind = query.get(OPEN);
  if (kind === null) return null;
  const [token = null, address = null, method = null, path = null] = fields.map((field) =>
    query.get(keyOf(field)),
  );
  return { credential: kinds.find((one) => one === kind) ?? 'token', token, address, method, path };
}

function write(query: URLSearchParams, asked: Partial<TestRequest> | null): URLSearchParams {
  const next = new URLSearchParams(query);
  next.delete(OPEN);
  for (const field of fields) next.delete(keyOf(field));
  if (asked === null) return next;
  next.set(OPEN, asked.credential ?? 'token');
  for (const field of fields) {
    const value = asked[field];
    if (value !== null && value !== undefined) next.set(keyOf(field), value);
  }
  return next;
}

/** A place in the console, whether or not *Test a request* lies over it. */
export const beneathTest = ({ pathname, search }: { pathname: string; search: string }): string =>
  `${pathname}?${write(new URLSearchParams(search), null)}`;

/** *Test a request* lies over any screen, and is part of the route: what is beneath it stays as it is. */
export function useTestRequest() {
  const [query, setQuery] = useSearchParams();
  const asked = useMemo(() => read(query), [query]);
  const open = useCallback(
    (request: Partial<TestRequest> = {}) => setQuery((now) => write(now, request)),
    [setQuery],
  );
  const close = useCallback(() => setQuery((now) => write(now, null), { replace: true }), [setQuery]);
  return { asked, open, close };
}
