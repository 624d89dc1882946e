import { parentPort, workerData } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import type { CallContext } from '../features/answer-faults.ts';
import { openReview } from '../features/logs/review/review.ts';
import { createReviewService } from '../features/logs/review/service.ts';

// The thread in which files are reviewed; started by main/connections/opened-review.ts.
const port = parentPort;
if (!port) throw new Error('review.ts is the entry of a thread');
const { files, context, calls } = workerData as {
  files: readonly string[];
  context: CallContext;
  calls: MessagePort;
};

const review = openReview(files);
new RPCHandler<CallContext>(createReviewService(review)).upgrade(calls, { context });
calls.start();
port.on('message', async () => {
  calls.close();
  await review.close();
  port.close();
});
