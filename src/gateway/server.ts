import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { MINUTE, SECOND } from '../base/clock.ts';
import type { BodyFault } from './body.ts';
import type { NotHttp } from './not-http.ts';
import type { Pipeline } from './pipeline.ts';
import { portFault } from './port-fault.ts';

/** Bytes of a request's head, all headers together. */
const MAX_HEAD_BYTES = 16 * 1024;

/**
 * Milliseconds that an idle connection stays open once the gateway stops: a request may be on its way there, sent by a
 * client that could not know. Its answer says that the connection ends.
 */
const LAST_REQUESTS = 100;

/** Milliseconds that a request and its answer may take. */
export interface ServerPatience {
  /** For the head of a request to arrive, counted from the connection, or from the head's first byte on one in use. */
  readonly head: number;
  /** For a request with its body to arrive. */
  readonly request: number;
  /** Without a byte in either direction. */
  readonly idle: number;
}

/** The built-in API takes no large bodies, and answers at once. */
export const IMPATIENT: ServerPatience = { head: 10 * SECOND, request: MINUTE, idle: 2 * MINUTE };

export interface GatewayServer {
  /** Listens, and returns the address as `http://host:port`; refused with `gateway.port`. */
  listen(host: string, port: number): Promise<string>;
  /** Takes no more connections, and waits until those it has are done; cuts off what takes longer, in milliseconds. */
  close(drainFor: number): Promise<void>;
}

/** The HTTP server of the gateway: it hands every request to the pipeline, and what is none to `notHttp`. */
export function createGatewayServer(
  pipeline: Pipeline,
  notHttp: NotHttp,
  patience = IMPATIENT,
): GatewayServer {
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: patience.head,
    requestTimeout: patience.request,
    keepAliveTimeout: MINUTE,
    connectionsCheckingInterval: patience.head / 2,
    // Node would answer 400 by itself, and the log would not know; the pipeline asks for the header.
    requireHostHeader: false,
    insecureHTTPParser: false,
  });
  // The head's size bounds their number; beyond one Node would drop headers silently.
  server.maxHeadersCount = 0;
  // Nothing sent or received for so long: the other side is gone.
  server.timeout = patience.idle;

  /** All that are open: Node forgets those of a CONNECT. */
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  /** Answers leave in the order of their requests, so what follows must wait for the last one. */
  const lastAnswers = new WeakMap<Duplex, ServerResponse>();
  /** Node reports each piece of what comes on a connection after its HTTP has ended; the first has said it all. */
  const ended = new WeakSet<Duplex>();

  const take = (expectsContinue: boolean) => (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const before = lastAnswers.get(socket);
    try {
      pipeline.take(request, response, expectsContinue);
      lastAnswers.set(socket, response);
    } catch (cause) {
      notHttp.fail(socket, cause, before);
      return;
    }
    if (before !== undefined && !before.closed) readNoFurther(request, response);
  };

  /** Of a connection that is not read on: the request whose answer it waits for; null: it is. */
  const waitsFor = new WeakMap<Socket, IncomingMessage | null>();
  /**
   * A client sends requests without waiting for answers: those of one read are answered before the next read. Node
   * would take in megabytes of them, and keep on while nobody reads the answers.
   */
  function readNoFurther(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    if (!waitsFor.has(socket))
      // Node lets the connection flow again behind each request. What is missing of a body has to be read.
      socket.on('resume', () => {
        if (waitsFor.get(socket)?.complete) socket.pause();
      });
    waitsFor.set(socket, request);
    socket.pause();
    response.once('close', () => {
      if (waitsFor.get(socket) !== request) return;
      waitsFor.set(socket, null);
      socket.resume();
    });
  }

  server.on('request', take(false));
  server.on('checkContinue', take(true));
  server.on('checkExpectation', take(true));
  server.on('connect', (_request, socket: Duplex) => {
    // Node has let go of it: unheard, an error would end the process, and silence would last for ever.
    socket.on('error', () => socket.destroy());
    socket.on('timeout', () => socket.destroy());
    notHttp.refuse(socket, 'CONNECT', lastAnswers.get(socket));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (ended.has(socket)) return;
    // Opened ahead of need, as browsers do, and never used: there is nothing to answer or to log.
    const unused = (socket as Socket).bytesRead === 0;
    if (error.code === 'ECONNRESET' || !socket.writable || unused) {
      socket.destroy();
      return;
    }
    ended.add(socket);
    const code = error.code ?? 'unknown';
    if (!pipeline.breakBody(socket, bodyFault(code))) notHttp.refuse(socket, code, lastAnswers.get(socket));
  });

  return {
    listen: (host, port) => listen(server, host, port),
    async close(drainFor) {
      const { promise, resolve } = Promise.withResolvers<void>();
      // Http's own close would also end what is idle, at once.
      NetServer.prototype.close.call(server, () => resolve());
      const endIdle = () => {
        server.close();
        for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
      };
      // Again and again: a streamed answer that had begun before did not say that the connection ends.
      const quiet = setInterval(endIdle, Math.min(LAST_REQUESTS, drainFor));
      const late = setTimeout(() => {
        for (const socket of connections) socket.destroy();
      }, drainFor);
      await promise;
      clearInterval(quiet);
      clearTimeout(late);
      // Also where all had ended before: http's timers go with it.
      endIdle();
    },
  };
}

function bodyFault(code: string): BodyFault | null {
  // The end of the stream within a body: the client left.
  if (code === 'HPE_INVALID_EOF_STATE') return null;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { detail: 'The body took too long to arrive.', status: 408 };
  return { detail: `The body is not HTTP (${code}).`, status: 400 };
}

async function listen(server: Server, host: string, port: number): Promise<string> {
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
