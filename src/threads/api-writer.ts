import { parentPort, workerData } from 'node:worker_threads';
import { runApiWriter } from '../gateway/api-writer-loop.ts';
import type { WriteOrder } from '../gateway/api-writer-messages.ts';

// The thread of the built-in API's writes; started by gateway/api-writer.ts.
const port = parentPort;
if (!port) throw new Error('api-writer.ts is the entry of a thread');
const { instanceFile } = workerData as { instanceFile: string };

const loop = runApiWriter(instanceFile, (reports) => port.postMessage(reports));
port.on('message', (order: WriteOrder | 'close') => {
  if (order !== 'close') return loop.take(order);
  loop.close();
  port.close();
});
