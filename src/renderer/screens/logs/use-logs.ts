import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import { filterOf, type LogsView } from './use-logs-view.ts';

const PAGE = 200;

/** The rows that a view wants, newest first, a page at a time. They are as of one moment until refreshed. */
export function useLogs(view: LogsView) {
  const [asOf, setAsOf] = useState(() => Date.now());
  // The open drawer is part of the view but not of the question.
  const { token, range, endpoint, status, reason } = view;
  const filter: LogFilter = useMemo(
    () => filterOf({ token, range, endpoint, status, reason, request: null }, asOf),
    [token, range, endpoint, status, reason, asOf],
  );
  const query = useInfiniteQuery({
    ...api.logs.query.infiniteOptions({
      input: (cursor: string | undefined) => ({ filter, limit: PAGE, ...(cursor && { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
    // A refresh is a new question, or every page that was scrolled through would be asked for again.
    queryKey: [...api.logs.query.key(), filter, asOf],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => query.data?.pages.flatMap(({ items }) => items), [query.data]);
  return { query, rows, filter, asOf: new Date(asOf), refresh: () => setAsOf(Date.now()) };
}
