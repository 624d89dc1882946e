import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MINUTE, SECOND } from '../base/clock.ts';
import type { NotHttp } from './not-http.ts';
import type { Pipeline } from './pipeline.ts';
import { portFault } from './port-fault.ts';

/** Bytes of a request's head, all headers together. */
const MAX_HEAD_BYTES = 16 * 1024;

/** The HTTP server of the gateway: it hands every request to the pipeline, and what is none to `notHttp`. */
export function createGatewayServer(pipeline: Pipeline, notHttp: NotHttp): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: 10 * SECOND,
    requestTimeout: MINUTE,
    keepAliveTimeout: MINUTE,
    connectionsCheckingInterval: 5 * SECOND,
    // Node would answer 400 by itself, and the log would not know; the pipeline asks for the header.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  // The head's size bounds their number; beyond one Node would drop headers silently.
  server.maxHeadersCount = 0;
  // Nothing sent or received for so long: the other side is gone.
  server.timeout = 2 * MINUTE;
  server.on('request', (request, response) => pipeline.take(request, response, false));
  server.on('checkContinue', (request, response) => pipeline.take(request, response, true));
  server.on('checkExpectation', (request, response) => pipeline.take(request, response, false));
  server.on('connect', (_request, socket: Duplex) => notHttp.refuse(socket, 'CONNECT'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = error.code ?? 'unknown';
    // The end of the stream within a body: the client left.
    const detail = code === 'HPE_INVALID_EOF_STATE' ? null : `The body is not HTTP (${code}).`;
    if (!pipeline.breakBody(socket, detail)) notHttp.refuse(socket, code);
  });
  return server;
}

/** Listens, and returns the address as `http://host:port`; refused with `gateway.port`. */
export async function listen(server: Server, host: string, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port, backlog: 1_024 }, resolve);
  try {
    await promise;
  } catch (cause) {
    throw portFault(`${host}:${port}`, cause);
  } finally {
    server.off('error', reject);
  }
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the gateway listens on no port');
  const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${name}:${bound.port}`;
}
