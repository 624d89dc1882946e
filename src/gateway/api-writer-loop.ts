import { openSqlite } from '../db/open.ts';
import { type ApiAnswer, createShiftsApi } from '../shifts-api/api.ts';
import type { WriteOrder, WriteReport } from './api-writer-messages.ts';

/**
 * Answers writing requests to the built-in API. All that came in one turn of the event loop share a transaction,
 * each within a savepoint of its own, so that one sync of the disk serves many; they are answered once it holds.
 */
export function runApiWriter(
  instanceFile: string,
  report: (reports: WriteReport[]) => void,
): { take(order: WriteOrder): void; close(): void } {
  const file = openSqlite(instanceFile);
  const api = createShiftsApi(file);
  let waiting: { order: WriteOrder; since: number }[] = [];

  const handleAll = file.transaction((orders: readonly WriteOrder[]) => orders.map(handleOne));

  function handleOne({ request }: WriteOrder): ApiAnswer | string {
    try {
      return api.handle({ ...request, query: new URLSearchParams(request.query) });
    } catch (thrown) {
      // SQLite may have rolled back the whole transaction (a full disk): then all of it has failed.
      if (!file.inTransaction) throw thrown;
      return String((thrown as Error).stack ?? thrown);
    }
  }

  function flush(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    let answers: (ApiAnswer | string)[];
    try {
      answers = handleAll.immediate(batch.map(({ order }) => order));
    } catch (thrown) {
      const detail = String((thrown as Error).stack ?? thrown);
      answers = batch.map(() => detail);
    }
    const now = performance.now();
    report(
      batch.map(({ order, since }, index) => {
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

  return {
    take(order) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ order, since: performance.now() });
    },
    close() {
      flush();
      file.close();
    },
  };
}
