import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useIsReview } from '../../routes/use-review.ts';
import { type Range, rangeText, readRange, writeRange } from '../../ui/range.ts';
import type { Zone } from '../../ui/zone.ts';

/** What the screen shows; all of it lives in the route. */
export interface UsageView {
  /** null: all tokens. */
  token: string | null;
  range: Range;
  zone: Zone;
  /** Beside the period before. */
  compare: boolean;
}

const DEFAULT_RANGE: Range = { kind: 'preset', preset: '24h' };

/** All time that opened files have: with them one begins. */
export const WHOLE: Range = { kind: 'custom', from: null, to: null };
export const isWhole = (range: Range): boolean => range.kind === 'custom' && range.from === null;

function read(query: URLSearchParams, first: Range): UsageView {
  const range = readRange(query);
  // An open start means nothing here: analytics are of a period.
  const usable = range?.kind === 'custom' && range.from === null ? null : range;
  return {
    token: query.get('token'),
    range: usable ?? first,
    zone: query.get('zone') === 'utc' ? 'utc' : 'local',
    compare: query.get('compare') === '1',
  };
}

function write(view: UsageView, first: Range): URLSearchParams {
  const query = new URLSearchParams();
  if (view.token !== null) query.set('token', view.token);
  if (rangeText(view.range) !== rangeText(first)) writeRange(query, view.range);
  if (view.zone === 'utc') query.set('zone', 'utc');
  if (view.compare) query.set('compare', '1');
  return query;
}

/** The view from the route, and a way to change it that "back" undoes. */
export function useUsageView() {
  const [query, setQuery] = useSearchParams();
  const first = useIsReview() ? WHOLE : DEFAULT_RANGE;
  const view = useMemo(() => read(query, first), [query, first]);
  const set = useCallback(
    (change: Partial<UsageView>) => setQuery((now) => write({ ...read(now, first), ...change }, first)),
    [setQuery, first],
  );
  return { view, set };
}
