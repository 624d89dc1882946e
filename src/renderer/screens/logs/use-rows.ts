import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import type { LogsView } from './view.ts';

const FIRST_PAGE = 200;
/** A page that is drawn without a frame being missed. */
const PAGE = 400;
/** What was scrolled through stays in memory for so long after another question. */
const KEPT_MS = 30_000;

interface Question {
  filter: LogFilter;
  order: LogsView['order'];
  /** Another moment is another question: a refresh does not ask for every page that was scrolled through. */
  asOf: number;
  /** False: not now. */
  enabled: boolean;
}

/**
 * The rows of a question, as many as are wanted. A search that reads rows gives short pages, or empty ones: it goes on
 * by itself until there are enough, and can be stopped.
 */
export function useRows({ filter, order, asOf, enabled }: Question) {
  const key = [...api.logs.query.key(), filter, order, asOf];
  const query = useInfiniteQuery({
    ...api.logs.query.infiniteOptions({
      input: (cursor: string | undefined) => ({
        filter,
        order,
        limit: cursor === undefined ? FIRST_PAGE : PAGE,
        ...(cursor !== undefined && { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    }),
    queryKey: key,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    placeholderData: keepPreviousData,
    // A hundred thousand rows are not compared with themselves at each page.
    structuralSharing: false,
  });
  const { data, fetchNextPage, hasNextPage, isFetching, isError, isPlaceholderData } = query;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
  const shown = rows?.length ?? 0;

  const about = JSON.stringify([filter, order, asOf]);
  const [state, setState] = useState({ about, wanted: FIRST_PAGE, stopped: false });
  const { wanted, stopped } = state.about === about ? state : { wanted: FIRST_PAGE, stopped: false };
  const change = useCallback(
    (to: { wanted?: number; stopped?: boolean }) =>
      setState((now) => ({
        ...(now.about === about ? now : { wanted: FIRST_PAGE, stopped: false }),
        ...to,
        about,
      })),
    [about],
  );
  const searching = enabled && hasNextPage && !isPlaceholderData && shown < wanted && !stopped && !isError;
  useEffect(() => {
    if (searching && !isFetching) void fetchNextPage();
  }, [searching, isFetching, fetchNextPage]);
  return {
    rows,
    query,
    /** How far the search has come; null: through, or nobody knows. */
    searchedTo: (isPlaceholderData ? null : data?.pages.at(-1)?.searchedTo) ?? null,
    /** More rows are wanted, and are looked for. */
    searching,
    stopped: stopped && hasNextPage && !isPlaceholderData,
    hasMore: hasNextPage,
    stale: isPlaceholderData,
    want: useCallback((count: number) => change({ wanted: count }), [change]),
    stop: useCallback(() => change({ stopped: true }), [change]),
    goOn: useCallback(() => change({ stopped: false, wanted: shown + FIRST_PAGE }), [change, shown]),
  };
}
