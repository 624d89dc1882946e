import { useCallback, useEffect, useRef, useState } from 'react';
import type { DraftInput, RehearsalResult } from '../../../gateway/rehearsal/contract.ts';
import { client } from '../../api.ts';

type Run =
  | { state: 'running'; part: number; requests: number }
  | { state: 'done'; result: RehearsalResult }
  | { state: 'cancelled' }
  | { state: 'failed'; error: unknown };

const begun: Run = { state: 'running', part: 0, requests: 0 };

/** Rehearses a draft as soon as it is drawn, and again when asked to; leaving the page ends it on the server too. */
export function useRehearsal(draft: DraftInput) {
  const [run, setRun] = useState<Run>(begun);
  const [days, setDays] = useState(7);
  const going = useRef<AbortController>(undefined);

  const begin = useCallback(
    (over: number) => {
      going.current?.abort();
      const controller = new AbortController();
      going.current = controller;
      setDays(over);
      setRun(begun);
      // What an earlier run still says is no longer asked for.
      const tell = (news: Run) => going.current === controller && !controller.signal.aborted && setRun(news);
      void follow(draft, over, controller.signal, tell);
    },
    [draft],
  );
  const cancel = () => {
    going.current?.abort();
    setRun({ state: 'cancelled' });
  };
  useEffect(() => {
    begin(7);
    return () => going.current?.abort();
  }, [begin]);
  return { run, days, begin, cancel };
}

async function follow(
  draft: DraftInput,
  days: number,
  signal: AbortSignal,
  tell: (news: Run) => void,
): Promise<void> {
  try {
    for await (const event of await client.gateway.rehearse({ draft, days }, { signal })) {
      if (event.type === 'result') return tell({ state: 'done', result: event });
      tell({ state: 'running', part: event.part, requests: event.requests });
    }
    throw new Error('The rehearsal ended without a result.');
  } catch (error) {
    tell({ state: 'failed', error });
  }
}
