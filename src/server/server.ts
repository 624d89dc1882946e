import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { type Clock, SECOND, systemClock } from '../base/clock.ts';
import { isLoopback } from '../base/loopback.ts';
import { portFault } from '../gateway/port-fault.ts';
import type { Host } from '../host.ts';
import { adminCalls } from './admin-calls.ts';
import { createCallers } from './callers.ts';
import { consoleFiles } from './console-files.ts';
import { guard } from './guard.ts';
import { healthCalls } from './health.ts';
import { linkCalls } from './link-calls.ts';
import { LinkSessions } from './link-sessions.ts';
import { type Place, urlHost } from './place.ts';
import { problem } from './problem.ts';

/** The admin door: the admin API over HTTP, and the console for a browser. */
export interface AdminServer {
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  /**
   * A link that signs a browser in once, within 10 minutes; null where sign-in is by password: there are admin
   * accounts, or others than this machine reach this door.
   */
  newSignInLink(): Promise<string | null>;
  /** Ends every connection, streams too. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const MOST_BYTES = 1024 * 1024;
/** For a whole request to arrive: who drips theirs must not hold a connection for long. In milliseconds. */
const REQUEST_TIMEOUT = 30 * SECOND;

/** Starts the admin door. @throws Fault `gateway.port` where the port cannot be listened on */
export async function startAdminServer(
  host: Host,
  given: Partial<Place> & Pick<Place, 'port'>,
  clock: Clock = systemClock,
): Promise<AdminServer> {
  const place: Place = { host: LOOPBACK, names: [], tls: null, trustProxy: [], ...given };
  const links = new LinkSessions(clock);
  const app = listener(place);
  app.setNotFoundHandler((_, reply) => problem(reply, 404, 'resource.unknown', 'There is nothing here.'));
  app.setErrorHandler<FastifyError>((error, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return problem(reply, status, 'request.invalid', error.message);
    console.error('gatehouse: admin:', error);
    return problem(reply, 500, 'internal', 'The server failed; its own output says how.');
  });
  const local = isLoopback(place.host);
  guard(app, place);
  linkCalls(app, host, links);
  const callers = createCallers(host, links, place.trustProxy);
  adminCalls(app, host, callers, local ? links : null);
  healthCalls(app, () => host.gateway.measures(), callers);
  await consoleFiles(app);
  try {
    await app.listen({ host: place.host, port: place.port });
  } catch (cause) {
    await app.close();
    throw portFault(`${urlHost(place.host)}:${place.port}`, cause);
  }
  const { port } = app.server.address() as AddressInfo;
  const address = `${place.tls ? 'https' : 'http'}://${urlHost(place.host)}:${port}`;
  return {
    address,
    newSignInLink: async () => {
      if (!local || (await host.client.door.hasAccounts())) return null;
      // In the fragment, so that the code is in no request line and no log.
      return `${address}/#sign-in=${links.newCode()}`;
    },
    close: () => app.close(),
  };
}

function listener({ tls }: Place): FastifyInstance {
  const options = { bodyLimit: MOST_BYTES, forceCloseConnections: true, requestTimeout: REQUEST_TIMEOUT };
  if (tls === null) return Fastify(options);
  // The same in all that is used here; only the type of the server below it differs.
  return Fastify({ ...options, https: { cert: tls.cert, key: tls.key } }) as unknown as FastifyInstance;
}
