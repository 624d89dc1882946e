import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../base/faults.ts';
import { type RehearsalOrder, rehearse } from '../gateway/rehearsal/run.ts';
import type { RehearsalReport } from '../gateway/rehearsal/thread-messages.ts';

// The thread of one rehearsal; started by gateway/rehearsal/start.ts.
const port = parentPort;
if (!port) throw new Error('rehearsal.ts is the entry of a thread');
const report = (message: RehearsalReport): void => port.postMessage(message);

/** Milliseconds between two reports of progress. */
const TELL_EVERY = 100;

const stop = new AbortController();
port.on('message', () => stop.abort());
let toldAt = 0;

try {
  const result = await rehearse(
    workerData as RehearsalOrder,
    (progress) => {
      if (performance.now() - toldAt < TELL_EVERY) return;
      toldAt = performance.now();
      report({ type: 'event', event: progress });
    },
    stop.signal,
  );
  if (result !== null) report({ type: 'event', event: result });
} catch (thrown) {
  // An error loses its code on the way between threads.
  if (!(thrown instanceof Fault)) throw thrown;
  report({ type: 'failed', code: thrown.code, data: thrown.data });
}
port.close();
