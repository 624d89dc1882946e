import { Fault } from '../../base/faults.ts';
import { parseQuery } from '../../base/log-query/parse.ts';
import type { Term } from '../../base/log-query/terms.ts';
import { addressFault } from './address-match.ts';
import type { LogFilter } from './contract.ts';
import type { Search } from './log-store.ts';

/** The terms of a query; refused with `filter.invalid`, which says where it cannot be read. */
export function readQuery(query = ''): Term[] {
  const parsed = parseQuery(query);
  if ('error' in parsed) {
    const { at, message } = parsed.error;
    throw new Fault('filter.invalid', { field: 'query', detail: `${message} (at character ${at + 1})` });
  }
  for (const { field, values } of parsed.terms)
    for (const value of values) {
      const detail = field === 'address' && value.kind === 'text' ? addressFault(value.text) : null;
      if (detail !== null) throw new Fault('filter.invalid', { field: 'query', detail });
    }
  return parsed.terms;
}

/** What a filter asks of the log. */
export const searchOf = ({ from, to, query }: LogFilter): Search => ({
  from: from?.getTime() ?? Number.NEGATIVE_INFINITY,
  to: to?.getTime() ?? Number.POSITIVE_INFINITY,
  terms: readQuery(query),
});
