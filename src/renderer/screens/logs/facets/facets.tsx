import type { Term } from '../../../../base/log-query/terms.ts';
import type { LogFilter, LogOverview } from '../../../../features/logs/contract.ts';
import { useView } from '../../../view.ts';
import { FACETS } from '../use-overview.ts';
import type { AskFor } from './ask-for.ts';
import { FacetPart } from './facet.tsx';
import classes from './facets.module.css';

interface FacetsProps {
  overview: LogOverview | undefined;
  stale: boolean;
  filter: LogFilter;
  terms: readonly Term[];
  onAsk: AskFor;
}

/** What the rows have in common, by counts; a click narrows. */
export function Facets({ overview, stale, filter, terms, onAsk }: FacetsProps) {
  const closed = useView((view) => view.closedFacets);
  const toggle = useView((view) => view.toggleFacet);
  return (
    <div className={classes.facets} data-stale={stale || undefined}>
      {FACETS.map((field) => (
        <FacetPart
          key={field}
          field={field}
          ofFilter={overview?.facets.find((facet) => facet.field === field)}
          filter={filter}
          terms={terms}
          counting={overview?.complete === false}
          opened={!closed.includes(field)}
          onToggle={() => toggle(field)}
          onAsk={onAsk}
        />
      ))}
    </div>
  );
}
