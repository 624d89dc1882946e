import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyError } from 'fastify';
import { type Clock, systemClock } from '../base/clock.ts';
import { portFault } from '../gateway/port-fault.ts';
import type { Host } from '../host.ts';
import { adminCalls } from './admin-calls.ts';
import { consoleFiles } from './console-files.ts';
import { guard } from './guard.ts';
import { healthCalls } from './health.ts';
import { problem } from './problem.ts';
import { sessionCalls, signedIn } from './session-calls.ts';
import { Sessions } from './sessions.ts';

/** The admin door: the admin API over HTTP, and the console for a browser, on loopback. */
export interface AdminServer {
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  /** A link that signs a browser in once, within 10 minutes. */
  newSignInLink(): string;
  /** Ends every connection, streams too. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MOST_BYTES = 1024 * 1024;

/** Starts the admin door. @throws Fault `gateway.port` where the port cannot be listened on */
export async function startAdminServer(
  host: Host,
  port: number,
  clock: Clock = systemClock,
): Promise<AdminServer> {
  const sessions = new Sessions(clock);
  const app = Fastify({ bodyLimit: MOST_BYTES, forceCloseConnections: true });
  app.setNotFoundHandler((_, reply) => problem(reply, 404, 'resource.unknown', 'There is nothing here.'));
  app.setErrorHandler<FastifyError>((error, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return problem(reply, status, 'request.invalid', error.message);
    console.error('gatehouse: admin:', error);
    return problem(reply, 500, 'internal', 'The server failed; its own output says how.');
  });
  guard(app);
  sessionCalls(app, sessions);
  adminCalls(app, host, sessions);
  healthCalls(app, () => host.gateway.measures(), signedIn(sessions));
  await consoleFiles(app);
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    await app.close();
    throw portFault(`${HOST}:${port}`, cause);
  }
  const address = `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
  return {
    address,
    // In the fragment, so that the code is in no request line and no log.
    newSignInLink: () => `${address}/#sign-in=${sessions.newCode()}`,
    close: () => app.close(),
  };
}
