import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { fileOf } from '../db/place.ts';
import { runLogWriter } from '../features/logs/writer-loop.ts';
import type { WriterOrder, WriterReport, WriterStart } from '../features/logs/writer-messages.ts';

// The thread that moves the request journal into the databases; started by features/logs/writer.ts.
const port = parentPort;
if (!port) throw new Error('log-writer.ts is the entry of a thread');
const { place, endedThrough, progress } = workerData as WriterStart;

const report = (of: WriterReport) => port.postMessage(of);
const loop = runLogWriter(fileOf(place), report, systemClock, endedThrough, progress);
port.on('message', (order: WriterOrder) => {
  if (order === 'close') {
    loop.close();
    port.close();
  } else loop.rehash(order.rehash);
});
