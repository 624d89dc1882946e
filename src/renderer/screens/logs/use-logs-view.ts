import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { LogFilter } from '../../../features/logs/contract.ts';
import { instantsOf, type Range, readRange, writeRange } from '../../ui/range.ts';

/** What the screen shows; all of it lives in the route. null: not narrowed. */
export interface LogsView {
  token: string | null;
  range: Range | null;
  /** "GET /v1/shifts/{id}", or a tag. */
  endpoint: string | null;
  /** "429", or "4xx". */
  status: string | null;
  reason: string | null;
  /** The request whose drawer is open. */
  request: string | null;
}

const STATUS = /^[1-5](xx|\d\d)$/;

function read(query: URLSearchParams): LogsView {
  const status = query.get('status');
  return {
    token: query.get('token'),
    range: readRange(query),
    endpoint: query.get('endpoint'),
    status: status !== null && STATUS.test(status) ? status : null,
    reason: query.get('reason'),
    request: query.get('request'),
  };
}

function write(view: LogsView): URLSearchParams {
  const query = new URLSearchParams();
  writeRange(query, view.range);
  for (const key of ['token', 'endpoint', 'status', 'reason', 'request'] as const) {
    const value = view[key];
    if (value !== null) query.set(key, value);
  }
  return query;
}

export type SetLogsView = (change: Partial<LogsView>, options?: { replace: boolean }) => void;

/** The view from the route, and a way to change it; "back" undoes a change unless it replaced the last one. */
export function useLogsView(): { view: LogsView; set: SetLogsView } {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => read(query), [query]);
  const set: SetLogsView = useCallback(
    (change, options = { replace: false }) => setQuery((now) => write({ ...read(now), ...change }), options),
    [setQuery],
  );
  return { view, set };
}

export const noFilter = { token: null, range: null, endpoint: null, status: null, reason: null } as const;

export const isFiltered = (view: LogsView): boolean =>
  view.token !== null ||
  view.range !== null ||
  view.endpoint !== null ||
  view.status !== null ||
  view.reason !== null;

/** The view as the log's filter; a range that ends now is seen from `now`, Unix milliseconds. */
export function filterOf(view: LogsView, now: number): LogFilter {
  const { from, to } = view.range === null ? {} : instantsOf(view.range, now);
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(view.token !== null && { tokenId: view.token }),
    ...(view.endpoint !== null && { endpoint: view.endpoint }),
    ...(view.status !== null && { status: view.status }),
    ...(view.reason !== null && { reason: view.reason }),
  };
}
