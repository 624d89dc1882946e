import { type Clock, systemClock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { type ApiAnswer, createShiftsApi } from '../shifts-api/api.ts';
import type { WriteOrder, WriteReport } from './api-writer-messages.ts';

/** No transaction takes new requests after so many milliseconds: others want the write lock too, a revocation first. */
const SLICE_MS = 50;
/** After it the lock is left alone for this part of the time that it was held: who waits for it only polls. */
const REST = 0.5;

interface Waiting {
  readonly order: WriteOrder;
  readonly since: number;
}

/**
 * Answers writing requests to the built-in API. Those that wait share a transaction of bounded length, each within a
 * savepoint of its own, so that one sync of the disk serves many; they are answered once it holds.
 */
export function runApiWriter(
  instanceFile: string,
  report: (reports: WriteReport[]) => void,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): { take(order: WriteOrder): void; close(): void } {
  const file = openSqlite(instanceFile);
  const api = createShiftsApi(file);
  const waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | null = null;

  const runsAlone = ({ order }: Waiting): boolean => api.runsAlone(order.request.operation);

  /** Takes what is next from `waiting` into `taken`, and answers it. */
  const handleSlice = file.transaction((taken: Waiting[]): (ApiAnswer | string)[] => {
    const began = clock.monotonic();
    const answers: (ApiAnswer | string)[] = [];
    do {
      const next = waiting.shift() as Waiting;
      taken.push(next);
      answers.push(handleOne(next.order));
    } while (waiting[0] && !runsAlone(waiting[0]) && clock.monotonic() - began < SLICE_MS);
    return answers;
  });

  function handleAlone(taken: Waiting[]): [ApiAnswer] {
    const next = waiting.shift() as Waiting;
    taken.push(next);
    return [handle(next.order)];
  }

  const handle = ({ request }: WriteOrder): ApiAnswer =>
    api.handle({ ...request, query: new URLSearchParams(request.query) });

  function handleOne(order: WriteOrder): ApiAnswer | string {
    try {
      return handle(order);
    } catch (thrown) {
      // SQLite may have rolled back the whole transaction (a full disk): then all of it has failed.
      if (!file.inTransaction) throw thrown;
      return String((thrown as Error).stack ?? thrown);
    }
  }

  /** Answers the next slice. */
  function flush(): void {
    const first = waiting[0];
    if (first === undefined) return;
    const taken: Waiting[] = [];
    let answers: (ApiAnswer | string)[];
    try {
      answers = runsAlone(first) ? handleAlone(taken) : handleSlice.immediate(taken);
    } catch (thrown) {
      // The lock was not to be had: what is first has waited long enough.
      if (taken.length === 0) taken.push(...waiting.splice(0));
      const detail = String((thrown as Error).stack ?? thrown);
      answers = taken.map(() => detail);
    }
    const now = clock.monotonic();
    report(
      taken.map(({ order, since }, index) => {
        const answer = answers[index] as ApiAnswer | string;
        const failed = typeof answer === 'string';
        return {
          number: order.number,
          answer: failed ? null : answer,
          detail: failed ? answer : '',
          durationMs: now - since,
        };
      }),
    );
  }

  function turn(): void {
    const began = clock.monotonic();
    flush();
    timer = waiting.length === 0 ? null : setTimeout(turn, (clock.monotonic() - began) * REST);
  }

  return {
    take(order) {
      waiting.push({ order, since: clock.monotonic() });
      timer ??= setTimeout(turn, 0);
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      while (waiting.length > 0) flush();
      file.close();
    },
  };
}
