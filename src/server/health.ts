import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { clientAddress } from '../gateway/client-address.ts';
import type { GatewayMeasures } from '../gateway/measures.ts';
import { METRICS_TYPE, renderMetrics } from './metrics.ts';

type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | undefined>;

/**
 * `GET /healthz`: this process answers. `GET /readyz`: its gateway lets clients in; else 503, and why. Both say no more
 * than a client of the gateway can see, and need no sign-in. `GET /metrics`: for whoever connects from this machine
 * itself, and for whoever is signed in. Decision 80.
 * @param measure what the gateway tells, null where none runs here
 * @param signedIn answers whoever is not
 */
export function healthCalls(
  app: FastifyInstance,
  measure: () => Promise<GatewayMeasures | null>,
  signedIn: Hook,
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
  app.get(
    '/metrics',
    {
      onRequest: async (request, reply) => (isOfThisMachine(request) ? undefined : signedIn(request, reply)),
    },
    async (_, reply) => {
      reply.header('cache-control', 'no-store').type(METRICS_TYPE);
      return renderMetrics(await measure());
    },
  );
}

/** A proxy on this machine connects from loopback as well, for whoever asked it; it says so in one of these. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

function isOfThisMachine({ socket, headers }: FastifyRequest): boolean {
  if (FORWARDED.some((name) => headers[name] !== undefined)) return false;
  const address = clientAddress(socket.remoteAddress);
  return address === '::1' || address.startsWith('127.');
}
