import { type Clock, MINUTE, SECOND, systemClock } from '../../base/clock.ts';
import type { Rehash } from '../tokens/rehash-secrets.ts';
import type { Bringer } from './bringer.ts';
import type { WriterReport } from './writer-messages.ts';
import { makeProgress, noteProgress } from './writer-progress.ts';

/** How often an idle writer looks for new lines. */
const IDLE_MS = 150;
const RETRY_MS = SECOND;
/** How often it is looked for what retention no longer keeps. */
const RETAIN_EVERY_MS = MINUTE;
/** Where that fails, as somebody reads what is to go, or where the disk is full: it is not tried again at once. */
const RETAIN_AGAIN_MS = MINUTE;
/** So many secrets move to the current key in one commit, since each is a change that gateways apply. */
const REHASHES = 100;

/**
 * Replays the journal, reports `ready`, then goes on moving lines as they come, retention now and then included.
 * Runs in the log writer's thread.
 * @param progress where it notes how far it is
 */
export async function runLogWriter(
  bringer: Bringer,
  report: (report: WriterReport) => void,
  clock: Clock = systemClock,
  progress = makeProgress(clock),
): Promise<{ rehash(rehash: Rehash): void; close(): Promise<void> }> {
  let timer: NodeJS.Timeout | undefined;
  let turning = Promise.resolve();
  let closing = false;
  let retainAfter = Number.NEGATIVE_INFINITY;
  let lastProblem = '';
  const rehashes: Rehash[] = [];

  const countDamage = (lines: number) => {
    if (lines > 0) report({ kind: 'damaged', lines });
  };
  const retainWhenDue = async () => {
    if (clock.monotonic() < retainAfter) return;
    retainAfter = clock.monotonic() + RETAIN_AGAIN_MS;
    await bringer.retain(clock.now());
    retainAfter = clock.monotonic() + RETAIN_EVERY_MS;
  };
  const rehashSome = async () => {
    if (rehashes.length === 0) return;
    const some = rehashes.slice(0, REHASHES);
    await bringer.rehash(some, clock.now());
    rehashes.splice(0, some.length);
  };
  const turn = async () => {
    let wait = RETRY_MS;
    let problem = '';
    const began = clock.monotonic();
    try {
      // First, as the rows say how far the clock can be believed; and also where there is always more to bring in.
      await retainWhenDue();
    } catch (thrown) {
      problem = (thrown as Error).message;
    }
    try {
      // Also where the step fails, it shows how much there is to do.
      noteProgress(progress, bringer.waiting(), null);
      const { more, damaged } = await bringer.step();
      countDamage(damaged);
      noteProgress(progress, bringer.waiting(), more ? null : began);
      await rehashSome();
      wait = more ? 0 : IDLE_MS;
    } catch (thrown) {
      // A full disk, a busy file, a database that is away: nothing is lost, the journal still has it.
      problem = (thrown as Error).message;
      if (isFullDisk(thrown)) retainAfter = Math.min(retainAfter, clock.monotonic() + RETAIN_AGAIN_MS);
    }
    if (problem !== '' && problem !== lastProblem) report({ kind: 'retrying', detail: problem });
    lastProblem = problem;
    if (!closing) next(wait);
  };
  const next = (wait: number) => {
    timer = setTimeout(() => {
      turning = turn();
    }, wait);
  };

  countDamage((await bringer.drain()).damaged);
  report({ kind: 'ready' });
  next(IDLE_MS);
  return {
    rehash: (rehash) => {
      rehashes.push(rehash);
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      try {
        const { damaged, left } = await bringer.finish(turning);
        countDamage(damaged);
        report(left === null ? { kind: 'closed' } : { kind: 'left', detail: left });
      } catch (thrown) {
        report({ kind: 'failed', detail: (thrown as Error).message });
      }
    },
  };
}

const isFullDisk = (thrown: unknown): boolean =>
  ['SQLITE_FULL', 'ENOSPC'].includes((thrown as { code?: string } | null)?.code ?? '');
