import { useCallback, useEffect, useState } from 'react';
import type { TailFeed } from './tail-feed.ts';

/** The live tail is paused by a button, and while the newest rows are out of sight. */
export function usePause(feed: TailFeed | null) {
  const [held, setHeld] = useState(false);
  const [top, setTop] = useState(true);
  const paused = held || !top;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tail begins at its top
  useEffect(() => {
    setHeld(false);
    setTop(true);
  }, [feed]);
  useEffect(() => {
    if (paused) feed?.pause();
    else feed?.resume();
  }, [paused, feed]);
  return {
    onTop: setTop,
    hold: useCallback(() => setHeld(true), []),
    /** Whoever calls it has gone to the top. */
    goOn: useCallback(() => {
      setHeld(false);
      setTop(true);
    }, []),
  };
}
