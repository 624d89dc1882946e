import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLoopback } from '../base/loopback.ts';
import { clientAddress } from '../gateway/client-address.ts';
import type { GatewayMeasures } from '../gateway/measures.ts';
import { type Callers, notSignedIn } from './callers.ts';
import { METRICS_TYPE, renderMetrics } from './metrics.ts';

/**
 * `GET /healthz`: this process answers. `GET /readyz`: its gateway lets clients in; else 503, and why. Both say no more
 * than a client of the gateway can see, and need no sign-in. `GET /metrics`: for whoever connects from this machine
 * itself, and for whoever is signed in. Decision 80.
 * @param measure what the gateway tells, null where none runs here
 */
export function healthCalls(
  app: FastifyInstance,
  measure: () => Promise<GatewayMeasures | null>,
  callers: Pick<Callers, 'of'>,
): void {
  app.get('/healthz', async (_, reply) => {
    reply.header('cache-control', 'no-store');
    return { healthy: true };
  });
  app.get('/readyz', async (_, reply) => {
    reply.header('cache-control', 'no-store');
    const measures = await measure();
    const reason = measures === null ? 'gateway.stopped' : measures.unready;
    if (reason !== null) reply.status(503);
    return { ready: reason === null, reason };
  });
  app.get('/metrics', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (!isOfThisMachine(request) && (await callers.of(request)) === null) return notSignedIn(reply);
    return reply.type(METRICS_TYPE).send(await renderMetrics(await measure()));
  });
}

/** A proxy on this machine connects from it as well, for whoever asked it; it says so in one of these. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/** Who connects from the address that it connects to is on this machine, too. */
function isOfThisMachine({ socket, headers }: FastifyRequest): boolean {
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  const address = clientAddress(socket.remoteAddress);
  return isLoopback(address) || (address !== '' && socket.remoteAddress === socket.localAddress);
}
