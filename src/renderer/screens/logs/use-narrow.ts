import { useCallback } from 'react';
import { asksFor, withoutValue, withValue } from '../../../base/log-query/build.ts';
import type { Field, Term } from '../../../base/log-query/terms.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { SetLogsView } from './use-logs-view.ts';

/** Changes of the query by a value: of a facet, which a second click takes back, or of a row, which stays. */
export function useNarrow(terms: readonly Term[], set: SetLogsView) {
  const ask = useCallback(
    (field: Field, value: string | null, excluded: boolean) => {
      const there = asksFor(terms, field, value) === (excluded ? 'excluded' : 'wanted');
      const next = there
        ? withoutValue(terms, field, value, excluded)
        : withValue(terms, field, value, excluded);
      set({ query: writeQuery(next) });
    },
    [terms, set],
  );
  const narrow = useCallback(
    (field: Field, value: string | null, excluded: boolean) =>
      // Only these: beside other values of the field they would not be alone.
      set({
        query: writeQuery(
          withValue(
            excluded ? terms : terms.filter((term) => term.field !== field || term.excluded),
            field,
            value,
            excluded,
          ),
        ),
        request: null,
      }),
    [terms, set],
  );
  return { ask, narrow };
}
