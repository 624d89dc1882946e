import { term } from '../../../base/log-query/build.ts';
import { parseQuery } from '../../../base/log-query/parse.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import { writeQuery } from '../../../base/log-query/write.ts';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { instantsOf, type Range, readRange, writeRange } from '../../ui/range.ts';
import type { Zone } from '../../ui/zone.ts';
import { type ColumnId, readColumns } from './column-ids.ts';

/** What the screen shows; all of it lives in the route. */
export interface LogsView {
  /** As base/log-query reads it; out of a link it may be one that cannot be read. */
  readonly query: string;
  /** null: any time. */
  readonly range: Range | null;
  readonly zone: Zone;
  readonly order: 'newest' | 'oldest';
  /** null: those it begins with. */
  readonly columns: readonly ColumnId[] | null;
  /** Rows are shown as they arrive. */
  readonly live: boolean;
  /** The request whose drawer is open. */
  readonly request: string | null;
}

/** The filters in the links of earlier versions. */
const OLD_FILTERS = ['token', 'endpoint', 'status', 'reason'] as const;

export const hasOldFilters = (params: URLSearchParams): boolean =>
  OLD_FILTERS.some((name) => params.has(name));

/** A link's query; what an earlier version said of it in parameters of their own is added to it. */
function readQuery(params: URLSearchParams): string {
  const query = params.get('q') ?? '';
  const old = OLD_FILTERS.flatMap((name): Term[] => {
    const value = params.get(name);
    if (value === null) return [];
    if (name !== 'status') return [term(name, value)];
    const parsed = parseQuery(`status:${value}`);
    return 'terms' in parsed ? parsed.terms : [];
  });
  return [query.trim(), writeQuery(old)].filter((part) => part !== '').join(' ');
}

export function readView(params: URLSearchParams): LogsView {
  return {
    query: readQuery(params),
    range: readRange(params),
    zone: params.get('zone') === 'utc' ? 'utc' : 'local',
    order: params.get('order') === 'oldest' ? 'oldest' : 'newest',
    columns: readColumns(params.get('cols')?.split(',') ?? null),
    live: params.get('live') === '1',
    request: params.get('request'),
  };
}

/** The route of a view; what is as it begins is left out. */
export function writeView(view: LogsView): URLSearchParams {
  const params = new URLSearchParams();
  if (view.query !== '') params.set('q', view.query);
  writeRange(params, view.range);
  if (view.zone === 'utc') params.set('zone', 'utc');
  if (view.order === 'oldest') params.set('order', 'oldest');
  if (view.columns !== null) params.set('cols', view.columns.join(','));
  if (view.live) params.set('live', '1');
  if (view.request !== null) params.set('request', view.request);
  return params;
}

export const noFilter = { query: '', range: null } as const;

export const isFiltered = ({ query, range }: Pick<LogsView, 'query' | 'range'>): boolean =>
  query !== '' || range !== null;

/** A view as the log's filter; a range that ends now is seen from `now`, Unix milliseconds. */
export function filterOf({ query, range }: Pick<LogsView, 'query' | 'range'>, now: number): LogFilter {
  const { from, to } = range === null ? {} : instantsOf(range, now);
  return { ...(from && { from }), ...(to && { to }), ...(query !== '' && { query }) };
}
