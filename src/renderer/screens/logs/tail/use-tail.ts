import { useEffect, useState, useSyncExternalStore } from 'react';
import { client } from '../../../api.ts';
import { TailFeed, type TailSnapshot } from './tail-feed.ts';

/** How many rows it begins with. */
const FIRST = 200;

const none: TailSnapshot = { state: 'connecting', cause: null, rows: [], paused: false, waiting: 0 };
const noSnapshot = () => none;
const noSubscription = () => () => undefined;

/** Follows the log's rows that fit `query`; null: not now. */
export function useTail(query: string | null) {
  const [feed, setFeed] = useState<TailFeed | null>(null);
  useEffect(() => {
    if (query === null) return;
    const filter = query === '' ? {} : { query };
    const begun = new TailFeed({
      follow: (signal) => client.logs.tail({ filter }, { signal }),
      newest: async (signal) => (await client.logs.query({ filter, limit: FIRST }, { signal })).items,
    });
    setFeed(begun);
    begun.start();
    return () => {
      begun.end();
      setFeed(null);
    };
  }, [query]);
  const shown = useSyncExternalStore(feed?.subscribe ?? noSubscription, feed?.snapshot ?? noSnapshot);
  return { ...shown, feed };
}
