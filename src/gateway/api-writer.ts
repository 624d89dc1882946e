import { Worker } from 'node:worker_threads';
import type { ApiAnswer } from '../shifts-api/api.ts';
import type { ApiRequest } from '../shifts-api/operation.ts';
import { threadFile } from '../threads/thread-file.ts';
import { countUnderWay, tooMany } from './api-under-way.ts';
import type { WriteOrder, WriteReport } from './api-writer-messages.ts';

export interface ApiWriter {
  /**
   * Answers a writing request when its effect is on the disk, or at once where its token has too many under way;
   * rejects where it failed and changed nothing.
   */
  handle(request: ApiRequest): Promise<{ answer: ApiAnswer; durationMs: number }>;
  close(): Promise<void>;
}

interface Waiting {
  /** Called once it is answered, or failed. */
  leave(): void;
  resolve(done: { answer: ApiAnswer; durationMs: number }): void;
  reject(cause: Error): void;
}

/** The thread of the built-in API's writes, so that the event loop of the gateway never waits for a lock. */
export function startApiWriter(instanceFile: string): ApiWriter {
  const waiting = new Map<number, Waiting>();
  const enter = countUnderWay();
  let number = 0;
  let running: { worker: Worker; ended: Promise<void> } | null = null;

  const start = (): { worker: Worker; ended: Promise<void> } => {
    const worker = new Worker(threadFile('api-writer'), { workerData: { instanceFile } });
    const { promise, resolve } = Promise.withResolvers<void>();
    const started = { worker, ended: promise };
    let problem = new Error('the thread of the API’s writes has ended');
    worker.on('error', (error) => {
      problem = error as Error;
    });
    worker.on('exit', () => {
      // The next request starts another.
      if (running === started) running = null;
      for (const { leave, reject } of waiting.values()) {
        leave();
        reject(problem);
      }
      waiting.clear();
      resolve();
    });
    worker.on('message', (reports: WriteReport[]) => {
      for (const { number, answer, detail, durationMs } of reports) {
        const one = waiting.get(number);
        waiting.delete(number);
        one?.leave();
        if (answer !== null) one?.resolve({ answer, durationMs });
        else one?.reject(new Error(detail));
      }
    });
    return started;
  };
  running = start();

  return {
    handle(request) {
      const leave = enter(request);
      if (leave === null) return Promise.resolve({ answer: tooMany, durationMs: 0 });
      running ??= start();
      const { promise, resolve, reject } = Promise.withResolvers<{ answer: ApiAnswer; durationMs: number }>();
      number++;
      waiting.set(number, { leave, resolve, reject });
      const order: WriteOrder = { number, request: { ...request, query: request.query.toString() } };
      running.worker.postMessage(order);
      return promise;
    },
    async close() {
      if (running === null) return;
      const { worker, ended } = running;
      worker.postMessage('close');
      await ended;
    },
  };
}
