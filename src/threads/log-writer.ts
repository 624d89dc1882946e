import { parentPort, workerData } from 'node:worker_threads';
import { openBringer } from '../features/logs/open-bringer.ts';
import { runLogWriter } from '../features/logs/writer-loop.ts';
import type { WriterOrder, WriterReport, WriterStart } from '../features/logs/writer-messages.ts';

// The thread that moves the request journal into the database; started by features/logs/writer.ts.
const port = parentPort;
if (!port) throw new Error('log-writer.ts is the entry of a thread');
const start = workerData as WriterStart;

const report = (of: WriterReport) => port.postMessage(of);
const loop = await runLogWriter(openBringer(start), report, undefined, start.progress);
port.on('message', async (order: WriterOrder) => {
  if (order === 'close') {
    await loop.close();
    port.close();
  } else loop.rehash(order.rehash);
});
