import { Skeleton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { asksFor } from '../../../../base/log-query/build.ts';
import type { Term } from '../../../../base/log-query/terms.ts';
import type { FacetField, LogFilter } from '../../../../features/logs/contract.ts';
import { count } from '../../../ui/format.ts';
import { useLast } from '../../../ui/use-last.ts';
import { isQuick } from '../filter-parts.ts';
import { type Facet, useFacet } from '../use-facet.ts';
import type { AskFor } from './ask-for.ts';
import { FacetAll } from './facet-all.tsx';
import { FacetValue } from './facet-value.tsx';
import { facetWords, valueWords } from './facet-words.ts';
import classes from './facets.module.css';

const SHOWN = 6;
const FIXED_WIDTH: ReadonlySet<FacetField> = new Set(['endpoint', 'method', 'address']);

interface FacetPartProps {
  field: FacetField;
  /** Of the rows that the whole filter has; undefined: not counted yet. */
  ofFilter: Facet | undefined;
  filter: LogFilter;
  terms: readonly Term[];
  /** Not all rows are counted. */
  counting: boolean;
  opened: boolean;
  onToggle: () => void;
  onAsk: AskFor;
}

/** One facet: its values with most rows, and a way to the others. */
export function FacetPart(props: FacetPartProps) {
  const { field, ofFilter, filter, terms, counting, opened, onToggle, onAsk } = props;
  const id = useId();
  const [all, setAll] = useState(false);
  // A value of it is wanted: what could be wanted beside it is counted without that, where no row has to be read for it.
  const narrowed = terms.some((term) => term.field === field) && isQuick(terms);
  const widened = useFacet(filter, narrowed ? field : null, opened && narrowed, 8);
  // Its values stay in place, and keep the focus, until they are counted anew.
  const facet = useLast((narrowed ? widened : ofFilter) ?? null) ?? undefined;
  const { title } = facetWords[field];
  const values = facet?.values.slice(0, SHOWN) ?? [];
  const more = (facet?.values.length ?? 0) - values.length;
  const Chevron = opened ? IconChevronDown : IconChevronRight;
  const largest = facet?.values[0]?.count ?? 0;
  return (
    <section className={classes.facet} aria-label={title}>
      <h3>
        <button type="button" aria-expanded={opened} aria-controls={id} onClick={onToggle}>
          <Chevron size={13} aria-hidden />
          {title}
        </button>
      </h3>
      <div id={id} hidden={!opened}>
        {opened && facet === undefined ? (
          <Waiting />
        ) : all && facet !== undefined ? (
          <FacetAll field={field} filter={filter} terms={terms} onAsk={onAsk} onLess={() => setAll(false)} />
        ) : (
          <>
            <ul className={classes.values}>
              {values.map(({ value, label, count: rows }) => (
                <FacetValue
                  key={value}
                  {...valueWords(field, value, label)}
                  count={rows}
                  largest={largest}
                  asked={asksFor(terms, field, value)}
                  mono={FIXED_WIDTH.has(field)}
                  onInclude={() => onAsk(field, value, false)}
                  onExclude={() => onAsk(field, value, true)}
                />
              ))}
            </ul>
            {values.length === 0 && <p className={classes.nothing}>{counting ? 'None so far' : 'None'}</p>}
            {facet !== undefined && (more > 0 || facet.others > 0) && (
              <button type="button" className={classes.more} onClick={() => setAll(true)}>
                More
                {facet.others > 0 && (
                  <span className="tabular">
                    {' '}
                    ({count(facet.values.slice(SHOWN).reduce((sum, one) => sum + one.count, facet.others))})
                  </span>
                )}
              </button>
            )}
          </>
        )}
      </div>
    </section>
  );
}

/** As many as there will be, so that nothing moves. */
const placeholders = [80, 55, 65, 48, 72, 60];

const Waiting = () => (
  <div className={classes.waiting} aria-hidden>
    {placeholders.map((width) => (
      <Skeleton key={width} height={10} width={`${width}%`} />
    ))}
  </div>
);
