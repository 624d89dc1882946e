import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { type AuditView, filterOf } from './use-audit-view.ts';

export const PAGE = 100;

/** The entries that a view wants, newest first, a page at a time. They are as of one moment until refreshed. */
export function useAudit({ range, actor, action, subject }: AuditView) {
  const [asOf, setAsOf] = useState(() => Date.now());
  const filter = useMemo(
    () => filterOf({ range, actor, action, subject }, asOf),
    [range, actor, action, subject, asOf],
  );
  const query = useInfiniteQuery({
    ...api.audit.list.infiniteOptions({
      input: (before: number | undefined) => ({ filter, limit: PAGE, ...(before && { before }) }),
      initialPageParam: undefined as number | undefined,
      getNextPageParam: ({ next }) => next ?? undefined,
    }),
    // A refresh is a new question, or every page that was asked for would be asked for again.
    queryKey: [...api.audit.list.key(), filter, asOf],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const entries = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  return { query, entries, asOf: new Date(asOf), refresh: () => setAsOf(Date.now()) };
}
