import { useCallbackRef } from '@mantine/hooks';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { FindingCode, TokenStatus } from '../../../features/tokens/contract.ts';

const sorts = ['name', 'createdAt', 'lastUsedAt', 'user', 'status', 'expiresAt'] as const;
const statuses = ['active', 'inactive', 'expired', 'revoked'] as const;
const findings = [
  'all',
  'expiry.never',
  'expiry.beyond',
  'use.never',
  'use.idle',
  'ip.none',
  'scope.wide',
] as const;
export type TokenSort = (typeof sorts)[number];

/** What the screen shows; all of it lives in the route. */
export interface TokensView {
  search: string;
  status: TokenStatus | null;
  sort: TokenSort;
  descending: boolean;
  /** From 0. */
  page: number;
  /** The token whose drawer is open. */
  token: string | null;
  generate: boolean;
  /** Only active tokens that expire within so many days. */
  expiring: number | null;
  /** Hygiene in place of the list: all findings, or those of one code. */
  hygiene: FindingCode | 'all' | null;
}

const oneOf = <T extends string>(values: readonly T[], value: string | null): T | undefined =>
  values.find((candidate) => candidate === value);

function read(query: URLSearchParams): TokensView {
  return {
    search: query.get('search') ?? '',
    status: oneOf(statuses, query.get('status')) ?? null,
    sort: oneOf(sorts, query.get('sort')) ?? 'createdAt',
    descending: query.get('order') !== 'up',
    page: Math.max(0, Number.parseInt(query.get('page') ?? '1', 10) - 1 || 0),
    token: query.get('token'),
    generate: query.has('generate'),
    expiring: Number.parseInt(query.get('expiring') ?? '', 10) || null,
    hygiene: oneOf(findings, query.get('hygiene')) ?? null,
  };
}

function write(view: TokensView): URLSearchParams {
  const query = new URLSearchParams();
  if (view.search !== '') query.set('search', view.search);
  if (view.status !== null) query.set('status', view.status);
  if (view.sort !== 'createdAt') query.set('sort', view.sort);
  if (!view.descending) query.set('order', 'up');
  if (view.page > 0) query.set('page', String(view.page + 1));
  if (view.token !== null) query.set('token', view.token);
  if (view.generate) query.set('generate', '1');
  if (view.expiring !== null) query.set('expiring', String(view.expiring));
  if (view.hygiene !== null) query.set('hygiene', view.hygiene);
  return query;
}

export type SetTokensView = (change: Partial<TokensView>, options?: { replace: boolean }) => void;

/**
 * The view from the route, and a way to change it, which stays the same. Typing does not fill the history; what is
 * opened or closed does, so that Back undoes it.
 */
export function useTokensView() {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => read(query), [query]);
  const set: SetTokensView = useCallbackRef((change, options) =>
    setQuery(
      (now) => write({ ...read(now), ...change }),
      options ?? { replace: !('token' in change || 'generate' in change || 'hygiene' in change) },
    ),
  );
  return { view, set };
}
