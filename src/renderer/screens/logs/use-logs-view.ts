import { useCallback, useEffect, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { hasOldFilters, type LogsView, readView, writeView } from './view.ts';

export type SetLogsView = (change: Partial<LogsView>, options?: { replace: boolean }) => void;

/** The view from the route, and a way to change it; "back" undoes a change unless it replaced the last one. */
export function useLogsView(): { view: LogsView; set: SetLogsView } {
  const [params, setParams] = useSearchParams();
  const view = useMemo(() => readView(params), [params]);
  const set: SetLogsView = useCallback(
    (change, options = { replace: false }) =>
      // At once: the next key that somebody presses changes what the last one has made.
      setParams((now) => writeView({ ...readView(now), ...change }), { ...options, flushSync: true }),
    [setParams],
  );
  const old = hasOldFilters(params);
  useEffect(() => {
    if (old) set({}, { replace: true });
  }, [old, set]);
  return { view, set };
}
