import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
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
  const enough = useRef(stopped);
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
    enough.current = stopped;
    if (cut && !stopped) void refetch();
  }, [stopped, cut, refetch]);
  const last = useRef<{ text: string; overview: LogOverview } | null>(null);
  const fresh = query.isPlaceholderData ? undefined : query.data;
  useEffect(() => {
    if (fresh?.complete) last.current = { text, overview: fresh };
  }, [fresh, text]);
  const before = last.current?.text === text ? last.current.overview : undefined;
  const overview = fresh?.complete ? fresh : (before ?? query.data);
  return {
    overview,
    query,
    /** It answers the question before this one. */
    stale: query.isPlaceholderData && before === undefined,
  };
}
