import { parentPort, workerData } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { Fault } from '../base/faults.ts';
import type { InstancePlace } from '../db/place.ts';
import { createInsightService } from '../gateway/insight-service.ts';
import { openInstance } from '../instance.ts';
import type { AdminReport } from './admin-report.ts';
import { readAsking } from './asking.ts';

// The thread of the admin services; started by host.ts.
const port = parentPort;
if (!port) throw new Error('admin.ts is the entry of a thread');
const { place, actor, calls } = workerData as { place: InstancePlace; actor: string; calls: MessagePort };

try {
  const instance = await openInstance({ place, actor });
  const router = {
    ...instance.router,
    gateway: createInsightService({ place }),
    door: instance.door,
  };
  const handler = new RPCHandler<ReturnType<typeof readAsking>>(router, {
    interceptors: [(options) => options.next({ ...options, context: readAsking(options.request.headers) })],
  });
  handler.upgrade(calls, { context: { ...instance.context, address: '', userAgent: '', credential: null } });
  calls.start();
  port.on('message', async () => {
    calls.close();
    await instance.close();
    // Of this thread alone: what a silent database has not answered would keep it for ever.
    process.exit();
  });
  port.postMessage({ type: 'ready' } satisfies AdminReport);
} catch (thrown) {
  if (!(thrown instanceof Fault)) throw thrown;
  port.postMessage({ type: 'failed', code: thrown.code, data: thrown.data } satisfies AdminReport);
  calls.close();
  port.close();
}
