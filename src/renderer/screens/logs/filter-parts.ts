import { parseQuery } from '../../../base/log-query/parse.ts';
import type { Field, Term } from '../../../base/log-query/terms.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import { type FacetField, facetField, type LogFilter } from '../../../features/logs/contract.ts';

export const isFacet = (field: string): field is FacetField => facetField.safeParse(field).success;

/** What the log has columns of: counting by these reads no rows. */
const COLUMNS: ReadonlySet<Field> = new Set<Field>([...facetField.options, 'outcome', 'ms']);

/** Is a query counted at once, or do the rows have to be read for it? */
export const isQuick = (terms: readonly Term[]): boolean => terms.every(({ field }) => COLUMNS.has(field));

function filterOfTerms({ query = '', ...range }: LogFilter, keep: (term: Term) => boolean): LogFilter {
  const parsed = parseQuery(query);
  const terms = 'terms' in parsed ? parsed.terms.filter(keep) : [];
  return { ...range, ...(terms.length > 0 && { query: writeQuery(terms) }) };
}

/** The filter without what it says of one field: what could be chosen instead is counted with it. */
export const filterWithout = (filter: LogFilter, field: FacetField): LogFilter =>
  filterOfTerms(filter, (term) => term.field !== field);

/** The filter without what the rows would have to be read for: whoever types does not wait for that. */
export const quickPart = (filter: LogFilter): LogFilter => filterOfTerms(filter, (term) => isQuick([term]));
