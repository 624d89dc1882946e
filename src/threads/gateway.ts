import { parentPort, workerData } from 'node:worker_threads';
import { Fault } from '../base/faults.ts';
import type { ExplainQuestion } from '../gateway/contract.ts';
import type { GatewayOrder, GatewayPlace, GatewayReport } from '../gateway/control.ts';
import { type RunningGateway, startGateway } from '../gateway/start.ts';

// A gateway in a thread of its own; started by gateway/control.ts.
const port = parentPort;
if (!port) throw new Error('gateway.ts is the entry of a thread');
const say = (report: GatewayReport): void => port.postMessage(report);

try {
  const gateway = await startGateway(workerData as GatewayPlace);
  port.on('message', async (order: GatewayOrder) => {
    if (order === 'policyVersion') return say({ type: 'policyVersion', version: gateway.policyVersion() });
    if (order === 'measures') return say({ type: 'measures', measures: gateway.measures() });
    if (order === 'stop') {
      await gateway.stop();
      return port.close();
    }
    if ('explain' in order) return say(await explained(gateway, order.explain));
    say({ type: 'counters', shown: await gateway.counters(order.counters) });
  });
  say({ type: 'ready', address: gateway.address, startedAt: gateway.startedAt });
} catch (thrown) {
  // An error loses its code on the way between threads.
  if (!(thrown instanceof Fault)) throw thrown;
  say({ type: 'failed', code: thrown.code, data: thrown.data });
}

async function explained(gateway: RunningGateway, question: ExplainQuestion): Promise<GatewayReport> {
  try {
    return { type: 'explained', explanation: await gateway.explain(question) };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { type: 'refused', code: thrown.code, data: thrown.data };
  }
}
