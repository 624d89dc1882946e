import { useQuery } from '@tanstack/react-query';
import { parseQuery } from '../../../base/log-query/parse.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import {
  type FacetField,
  facetField,
  type LogFilter,
  type LogOverview,
} from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';

export type Facet = LogOverview['facets'][number];

const MOST = 200;
const KEPT_MS = 30_000;

export const isFacet = (field: string): field is FacetField => facetField.safeParse(field).success;

/** The filter without what it says of one field: what could be chosen instead is counted with it. */
export function filterWithout(filter: LogFilter, field: FacetField): LogFilter {
  const { query = '', ...range } = filter;
  const parsed = parseQuery(query);
  const terms: Term[] = 'terms' in parsed ? parsed.terms.filter((term) => term.field !== field) : [];
  return { ...range, ...(terms.length > 0 && { query: writeQuery(terms) }) };
}

/** The values of one field, most first, whatever the filter says of that field itself. */
export function useFacet(filter: LogFilter, field: FacetField | null, enabled: boolean, top = MOST) {
  const input = {
    filter: field === null ? {} : filterWithout(filter, field),
    bars: 1,
    facets: field === null ? [] : [field],
    top,
  };
  const query = useQuery({
    ...api.logs.overview.experimental_liveOptions({
      input,
      enabled: enabled && field !== null,
      staleTime: KEPT_MS,
      gcTime: KEPT_MS,
      structuralSharing: false,
    }),
  });
  const facet: Facet | undefined = query.data?.facets.find((one) => one.field === field);
  return { facet, query };
}
