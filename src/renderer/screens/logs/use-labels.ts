import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Term } from '../../../base/log-query/terms.ts';
import type { LogOverview } from '../../../features/logs/contract.ts';
import { api } from '../../api.ts';
import { type Labels, labelKey } from './query-box/labels.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names for the ids in a query: out of its facets, and of the tokens that it asks for and none of them has. */
export function useLabels(terms: readonly Term[], overview: LogOverview | undefined): Labels {
  const ids = terms.flatMap(({ field, values }) =>
    field === 'token' ? values.flatMap((value) => (value.kind === 'text' ? [value.text] : [])) : [],
  );
  const tokens = useQueries({
    queries: [...new Set(ids)]
      .filter((text) => ID.test(text))
      .map((id) => ({ ...api.tokens.get.queryOptions({ input: { id } }), staleTime: 60_000 })),
    combine: (results) => results.flatMap(({ data }) => (data === undefined ? [] : [data])),
  });
  return useMemo(() => {
    const labels = new Map<string, string>();
    for (const { field, values } of overview?.facets ?? [])
      for (const { value, label } of values)
        if (value !== null && label !== null) labels.set(labelKey(field, value), label);
    for (const { id, name } of tokens) labels.set(labelKey('token', id), name);
    return labels;
  }, [overview, tokens]);
}
