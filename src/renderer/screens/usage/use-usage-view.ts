import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { type Range, readRange, writeRange } from '../../ui/range.ts';
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

function read(query: URLSearchParams): UsageView {
  const range = readRange(query);
  // An open start means nothing here: analytics are of a period.
  const usable = range?.kind === 'custom' && range.from === null ? null : range;
  return {
    token: query.get('token'),
    range: usable ?? DEFAULT_RANGE,
    zone: query.get('zone') === 'utc' ? 'utc' : 'local',
    compare: query.get('compare') === '1',
  };
}

function write(view: UsageView): URLSearchParams {
  const query = new URLSearchParams();
  if (view.token !== null) query.set('token', view.token);
  if (!(view.range.kind === 'preset' && view.range.preset === '24h')) writeRange(query, view.range);
  if (view.zone === 'utc') query.set('zone', 'utc');
  if (view.compare) query.set('compare', '1');
  return query;
}

/** The view from the route, and a way to change it that "back" undoes. */
export function useUsageView() {
  const [query, setQuery] = useSearchParams();
  const view = useMemo(() => read(query), [query]);
  const set = useCallback(
    (change: Partial<UsageView>) => setQuery((now) => write({ ...read(now), ...change })),
    [setQuery],
  );
  return { view, set };
}
