import { type Clock, SECOND, systemClock } from '../../base/clock.ts';
import { type Rehash, rehashSecrets } from '../tokens/rehash-secrets.ts';
import { dayOf } from './day-file.ts';
import { Ingester } from './ingest.ts';
import { applyRetention } from './retention.ts';
import type { WriterReport } from './writer-messages.ts';
import { makeProgress, noteProgress } from './writer-progress.ts';

/** How often an idle writer looks for new lines. */
const IDLE_MS = 150;
const RETRY_MS = SECOND;
/** So many secrets move to the current key in one commit, since each is a change that gateways apply. */
const REHASHES = 100;

/**
 * Replays the journal, reports `ready`, then goes on moving lines as they come, retention once a UTC day included.
 * Runs in the log writer's thread.
 * @param endedThrough segments up to this one were written by processes that have ended
 * @param progress where it notes how far it is
 */
export function runLogWriter(
  instanceFile: string,
  report: (report: WriterReport) => void,
  clock: Clock = systemClock,
  endedThrough = Number.MAX_SAFE_INTEGER,
  progress = makeProgress(clock),
): { rehash(rehash: Rehash): void; close(): void } {
  const ingester = new Ingester(instanceFile, { clock, endedThrough });
  let timer: NodeJS.Timeout | undefined;
  let retainedOn: number | null = null;
  let lastProblem = '';
  const rehashes: Rehash[] = [];

  const countDamage = (lines: number) => {
    if (lines > 0) report({ kind: 'damaged', lines });
  };
  const retainOnceADay = () => {
    const today = dayOf(clock.now());
    if (retainedOn === today) return;
    applyRetention(instanceFile, ingester.usage, clock.now());
    retainedOn = today;
  };
  const rehashSome = () => {
    if (rehashes.length === 0) return;
    const some = rehashes.slice(0, REHASHES);
    const { main } = ingester;
    main.transaction(() => rehashSecrets(main, some, clock.now())).immediate();
    rehashes.splice(0, some.length);
  };
  const turn = () => {
    let wait = RETRY_MS;
    let problem = '';
    const began = clock.monotonic();
    try {
      // First, as the rows say how far the clock can be believed; and also where there is always more to bring in.
      retainOnceADay();
    } catch (thrown) {
      problem = (thrown as Error).message;
    }
    try {
      const { more, damaged } = ingester.step();
      countDamage(damaged);
      noteProgress(progress, ingester.waiting(), more ? null : began);
      rehashSome();
      wait = more ? 0 : IDLE_MS;
    } catch (thrown) {
      // A full disk or a busy file: nothing is lost, the journal still has it.
      problem = (thrown as Error).message;
    }
    if (problem !== '' && problem !== lastProblem) report({ kind: 'retrying', detail: problem });
    lastProblem = problem;
    timer = setTimeout(turn, wait);
  };

  countDamage(ingester.drain().damaged);
  report({ kind: 'ready' });
  timer = setTimeout(turn, IDLE_MS);
  return {
    rehash: (rehash) => {
      rehashes.push(rehash);
    },
    close() {
      clearTimeout(timer);
      try {
        // The journal is closed: nothing that is open now will be finished.
        countDamage(ingester.drain(Number.MAX_SAFE_INTEGER).damaged);
        report({ kind: 'closed' });
      } catch (thrown) {
        report({ kind: 'failed', detail: (thrown as Error).message });
      } finally {
        ingester.close();
      }
    },
  };
}
