import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { FacetField, LogFilter, LogOverview } from '../../../features/logs/contract.ts';
import { api, client } from '../../api.ts';
import { type Zone, zoneName } from '../../ui/zone.ts';

/** About how many bars the histogram has. */
const BARS = 90;
const KEPT_MS = 30_000;

/** The facets in the order in which they are shown. */
export const FACETS: readonly FacetField[] = [
  'status',
  'reason',
  'token',
  'user',
  'endpoint',
  'method',
  'address',
];

interface Question {
  filter: LogFilter;
  /** The same question of another moment has the same text. */
  text: string;
  zone: Zone;
  asOf: number;
  enabled: boolean;
  /** What is counted so far is enough. */
  stopped: boolean;
}

/**
 * The counts of a question, as they grow. While they are counted anew, those from before stay, so that no number jumps;
 * another question ends the counting of the last.
 */
export function useOverview({ filter, text, zone, asOf, enabled, stopped }: Question) {
  const input = { filter, bars: BARS, zone: zoneName(zone), facets: [...FACETS], top: 8 };
  const about = JSON.stringify([input, asOf]);
  const [stoppedAt, setStoppedAt] = useState<string | null>(null);
  const isEnough = stopped || stoppedAt === about;
  const enough = useRef(isEnough);
  const query = useQuery({
    queryKey: [...api.logs.overview.key(), input, asOf],
    queryFn: async ({ signal, client: queries, queryKey }) => {
      let last: LogOverview | undefined;
      for await (const overview of await client.logs.overview(input, { signal })) {
        last = overview;
        queries.setQueryData(queryKey, overview);
        if (enough.current) break;
      }
      if (last === undefined) throw new Error('the log was counted without an answer');
      return last;
    },
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    structuralSharing: false,
    placeholderData: keepPreviousData,
  });
  const { refetch } = query;
  const cut = query.data?.complete === false && query.fetchStatus === 'idle' && !query.isError && enabled;
  useEffect(() => {
    enough.current = isEnough;
    if (cut && !isEnough) void refetch();
  }, [isEnough, cut, refetch]);
  const last = useRef<{ text: string; overview: LogOverview } | null>(null);
  const fresh = query.isPlaceholderData ? undefined : query.data;
  useEffect(() => {
    if (fresh?.complete) last.current = { text, overview: fresh };
  }, [fresh, text]);
  const before = last.current?.text === text ? last.current.overview : undefined;
  // Counted once more from the start, it does not fall behind what was shown.
  const furthest = useRef<{ about: string; overview: LogOverview } | null>(null);
  const reached = furthest.current?.about === about ? furthest.current.overview : undefined;
  useEffect(() => {
    if (fresh !== undefined && (reached === undefined || fresh.countedTo <= reached.countedTo))
      furthest.current = { about, overview: fresh };
  }, [fresh, reached, about]);
  const ahead = fresh !== undefined && reached !== undefined && reached.countedTo < fresh.countedTo;
  const overview = fresh?.complete ? fresh : (before ?? (ahead ? reached : query.data));
  return {
    overview,
    query,
    counting: query.isFetching && fresh?.complete !== true,
    stop: () => setStoppedAt(about),
    goOn: () => setStoppedAt(null),
    /** It answers the question before this one. */
    stale: query.isPlaceholderData && before === undefined,
  };
}
