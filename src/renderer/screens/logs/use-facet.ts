import { useQuery } from '@tanstack/react-query';
import type { FacetField, LogFilter, LogOverview } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import { filterWithout } from './filter-parts.ts';

export type Facet = LogOverview['facets'][number];

const MOST = 200;
const KEPT_MS = 30_000;

/** The values of one field, most first, whatever the filter says of that field itself. */
export function useFacet(filter: LogFilter, field: FacetField | null, enabled: boolean, top = MOST) {
  const input = {
    filter: field === null ? {} : filterWithout(filter, field),
    bars: 1,
    facets: field === null ? [] : [field],
    top,
  };
  const { data } = useQuery(
    api.logs.overview.experimental_liveOptions({
      input,
      enabled: enabled && field !== null,
      staleTime: KEPT_MS,
      gcTime: KEPT_MS,
      structuralSharing: false,
    }),
  );
  return data?.facets.find((one): one is Facet => one.field === field);
}
