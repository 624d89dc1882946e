import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../base/faults.ts';
import { threadFile } from '../../threads/thread-file.ts';
import type { Rehearsal } from './contract.ts';
import type { RehearsalOrder } from './run.ts';
import type { RehearsalReport } from './thread-messages.ts';

/**
 * Rehearses in a thread of its own: yields progress, and the result last. Closing the iterator, or `signal`, stops the
 * thread, which ends within a page of rows. Faults as `rehearse`'s.
 */
export async function* rehearseInThread(
  order: RehearsalOrder,
  signal: AbortSignal | undefined,
): AsyncGenerator<Rehearsal, void> {
  if (signal?.aborted) return;
  const worker = new Worker(threadFile('rehearsal'), { workerData: order });
  const stop = (): void => worker.postMessage('stop');
  signal?.addEventListener('abort', stop);
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  try {
    const reports = on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[RehearsalReport]>;
    for await (const [report] of reports) {
      if (report.type === 'failed') throw new Fault(report.code, report.data);
      yield report.event;
      if (report.event.type === 'result') return;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
    await ended;
  }
}
