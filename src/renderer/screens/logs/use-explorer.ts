import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { parseQuery } from '../../../base/log-query/parse.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { useReviewNow } from '../../routes/use-review.ts';
import { useTail } from './tail/use-tail.ts';
import { useLabels } from './use-labels.ts';
import { useOverview } from './use-overview.ts';
import { useRows } from './use-rows.ts';
import { filterOf, type LogsView } from './view.ts';

/** While rows come in by themselves, they are counted anew as often as that. */
const RECOUNT_MS = 3_000;

const noTerms: readonly Term[] = [];

/** What a view asks for: its rows as of one moment or as they arrive, their counts, and the names of what it asks for. */
export function useExplorer(view: LogsView) {
  const { query, range, zone, order, live } = view;
  const parsed = useMemo(() => parseQuery(query), [query]);
  const readable = 'terms' in parsed;
  const terms = readable ? parsed.terms : noTerms;

  const [asOf, setAsOf] = useState(() => Date.now());
  const refresh = useCallback(() => setAsOf(Date.now()), []);
  const now = useReviewNow(refresh) ?? asOf;
  const filter = useMemo(() => filterOf({ query, range }, now), [query, range, now]);
  const text = JSON.stringify([query, range, zone]);

  const tail = useTail(live && readable ? query : null);
  const rows = useRows({ filter, order, asOf, enabled: readable && !live });
  const counts = useOverview({ filter, text, zone, asOf, enabled: readable, stopped: rows.stopped });
  // What takes longer to count than that is counted to its end.
  const recounted = live && !tail.paused && !counts.query.isFetching;
  useEffect(() => {
    if (!recounted) return;
    const timer = setTimeout(refresh, RECOUNT_MS);
    return () => clearTimeout(timer);
  }, [recounted, refresh]);
  // The list goes on from now, not from before the rows came in by themselves.
  const wasLive = useRef(live);
  useEffect(() => {
    if (wasLive.current && !live) refresh();
    wasLive.current = live;
  }, [live, refresh]);

  const labels = useLabels(terms, counts.overview);
  return {
    parsed,
    terms,
    filter,
    labels,
    tail,
    list: rows,
    /** Those that are shown. */
    rows: live ? tail.rows : rows.rows,
    counts,
    asOf: new Date(asOf),
    refreshing: (rows.query.isFetching && !rows.query.isFetchingNextPage) || counts.query.isFetching,
    refresh,
  };
}

export type Explorer = ReturnType<typeof useExplorer>;
