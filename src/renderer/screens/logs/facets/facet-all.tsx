import { Skeleton, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { asksFor } from '../../../../base/log-query/build.ts';
import type { Term } from '../../../../base/log-query/terms.ts';
import type { FacetField, LogFilter } from '../../../../features/logs/contract.ts';
import { count } from '../../../ui/format.ts';
import { useFacet } from '../use-facet.ts';
import type { AskFor } from './ask-for.ts';
import { FacetValue } from './facet-value.tsx';
import { facetWords, valueWords } from './facet-words.ts';
import classes from './facets.module.css';

interface FacetAllProps {
  field: FacetField;
  filter: LogFilter;
  terms: readonly Term[];
  onAsk: AskFor;
  onLess: () => void;
}

/** The 200 values of a facet that have most rows, and a field in which to find one of them. */
export function FacetAll({ field, filter, terms, onAsk, onLess }: FacetAllProps) {
  const [typed, setTyped] = useState('');
  const facet = useFacet(filter, field, true);
  const wanted = typed.trim().toLowerCase();
  const values = (facet?.values ?? [])
    .map((one) => ({ ...one, words: valueWords(field, one.value, one.label) }))
    .filter(({ words }) => `${words.text} ${words.more}`.toLowerCase().includes(wanted));
  const largest = facet?.values[0]?.count ?? 0;
  return (
    <>
      <TextInput
        className={classes.find}
        size="xs"
        aria-label={`Find in ${facetWords[field].title}`}
        placeholder="Find"
        leftSection={<IconSearch size={13} />}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        data-autofocus
      />
      {facet === undefined && <Skeleton height={10} width="70%" my={8} />}
      <ul className={`${classes.values} ${classes.all}`}>
        {values.map(({ value, words, count: rows }) => (
          <FacetValue
            key={value}
            {...words}
            count={rows}
            largest={largest}
            asked={asksFor(terms, field, value)}
            mono={field === 'endpoint' || field === 'method' || field === 'address'}
            onInclude={() => onAsk(field, value, false)}
            onExclude={() => onAsk(field, value, true)}
          />
        ))}
      </ul>
      {facet !== undefined && values.length === 0 && (
        <p className={classes.nothing}>None is named like that</p>
      )}
      {facet !== undefined && facet.others > 0 && (
        <p className={`tabular ${classes.nothing}`}>{count(facet.others)} with any other value</p>
      )}
      <button type="button" className={classes.more} onClick={onLess}>
        Less
      </button>
    </>
  );
}
