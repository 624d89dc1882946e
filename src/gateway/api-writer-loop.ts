import { type Clock, systemClock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { type ApiAnswer, createShiftsApi, isLong } from '../shifts-api/api.ts';
import type { WriteOrder, WriteReport } from './api-writer-messages.ts';

/** The write lock is held for about so many milliseconds: others want it too, a revocation first. */
const SLICE_MS = 50;
/** Then it is left alone for so many: who waits for it only asks now and then, every 5 ms at best. */
const REST_MS = 25;

interface Waiting {
  readonly order: WriteOrder;
  readonly since: number;
}
/** One that has done what needs no lock; `write` does the rest. */
interface Begun extends Waiting {
  write(): ApiAnswer;
}

/**
 * Answers writing requests to the built-in API. What each reads and checks beforehand it does without the write lock.
 * Then they share transactions of bounded length, each within a savepoint of its own, so that one sync of the disk
 * serves many; they are answered once it holds. Of those that read long, one has its turn between the others.
 */
export function runApiWriter(
  instanceFile: string,
  report: (reports: WriteReport[]) => void,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): { take(order: WriteOrder): void; close(): void } {
  const file = openSqlite(instanceFile, { existing: true });
  const api = createShiftsApi(file);
  const short: Waiting[] = [];
  const long: Waiting[] = [];
  const begun: Begun[] = [];
  let scheduled = false;
  /** For how long the lock was held since it was last left alone, and since when it is free. */
  let held = 0;
  let freeSince = Number.NEGATIVE_INFINITY;

  /** Does what of a request needs no lock; one that is answered with it goes into `done`. */
  function begin(next: Waiting, done: WriteReport[]): void {
    const { request } = next.order;
    try {
      const first = api.begin({ ...request, query: new URLSearchParams(request.query) });
      if (typeof first === 'function') begun.push({ ...next, write: first });
      else done.push(reported(next, first));
    } catch (thrown) {
      done.push(reported(next, textOf(thrown)));
    }
  }

  /** Takes what is next from `begun` into `taken`, and writes it. */
  const writeSlice = file.transaction((taken: Begun[], until: number): (ApiAnswer | string)[] => {
    const answers: (ApiAnswer | string)[] = [];
    do {
      const next = begun.shift() as Begun;
      taken.push(next);
      answers.push(writeOne(next));
    } while (begun.length > 0 && clock.monotonic() < until);
    return answers;
  });

  function writeOne(next: Begun): ApiAnswer | string {
    try {
      return next.write();
    } catch (thrown) {
      // SQLite may have rolled back the whole transaction (a full disk): then all of it has failed.
      if (!file.inTransaction) throw thrown;
      return textOf(thrown);
    }
  }

  function write(done: WriteReport[]): void {
    const began = clock.monotonic();
    if (began - freeSince >= REST_MS) held = 0;
    const taken: Begun[] = [];
    let answers: (ApiAnswer | string)[];
    try {
      answers = writeSlice.immediate(taken, began + SLICE_MS - held);
    } catch (thrown) {
      // The lock was not to be had: what is first has waited long enough.
      if (taken.length === 0) taken.push(...begun.splice(0));
      answers = taken.map(() => textOf(thrown));
    }
    freeSince = clock.monotonic();
    held += freeSince - began;
    taken.forEach((next, index) => {
      done.push(reported(next, answers[index] as ApiAnswer | string));
    });
  }

  function reported({ order, since }: Waiting, answer: ApiAnswer | string): WriteReport {
    const failed = typeof answer === 'string';
    return {
      number: order.number,
      answer: failed ? null : answer,
      detail: failed ? answer : '',
      durationMs: clock.monotonic() - since,
    };
  }

  function turn(): void {
    const done: WriteReport[] = [];
    const began = clock.monotonic();
    while (short.length > 0 && clock.monotonic() - began < SLICE_MS) begin(short.shift() as Waiting, done);
    if (begun.length > 0) write(done);
    if (done.length > 0) report(done);
    // After the others have their answers: it takes its time.
    const slow = long.shift();
    if (slow === undefined) return;
    const answered: WriteReport[] = [];
    begin(slow, answered);
    if (answered.length > 0) report(answered);
  }

  const isBusy = (): boolean => short.length + long.length + begun.length > 0;

  function schedule(): void {
    if (scheduled || !isBusy()) return;
    scheduled = true;
    const run = (): void => {
      scheduled = false;
      turn();
      schedule();
    };
    const rest = held < SLICE_MS ? 0 : freeSince + REST_MS - clock.monotonic();
    if (rest > 0) setTimeout(run, rest);
    else setImmediate(run);
  }

  return {
    take(order) {
      (isLong(order.request.operation) ? long : short).push({ order, since: clock.monotonic() });
      schedule();
    },
    close() {
      while (isBusy()) turn();
      file.close();
    },
  };
}

const textOf = (thrown: unknown): string => String((thrown as Error).stack ?? thrown);
