import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { RPCHandler } from '@orpc/server/fastify';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Clock, systemClock } from '../base/clock.ts';
import { CONSOLE_POLICY } from '../base/console-policy.ts';
import { Fault } from '../base/faults.ts';
import type { Host } from '../host.ts';
import { problem } from './problem.ts';
import { Sessions } from './sessions.ts';

/** The admin door: the admin API over HTTP, and the console for a browser, on loopback. */
export interface AdminServer {
  /** `http://127.0.0.1:port`. */
  readonly address: string;
  /** A link that signs a browser in once, within 10 minutes. */
  newSignInLink(): string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** Starts the admin door. @throws Fault `gateway.port` where the port cannot be listened on */
export async function startAdminServer(
  host: Host,
  port: number,
  clock: Clock = systemClock,
): Promise<AdminServer> {
  const sessions = new Sessions(clock);
  const app = Fastify({ bodyLimit: 1024 * 1024, forceCloseConnections: true });
  guard(app);
  sessionCalls(app, sessions);
  adminCalls(app, host, sessions);
  await consoleFiles(app);
  app.setNotFoundHandler((_, reply) => problem(reply, 404, 'resource.unknown', 'There is nothing here.'));
  try {
    await app.listen({ host: HOST, port });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw cause;
    throw new Fault('gateway.port', { address: `${HOST}:${port}`, detail: code }, { cause });
  }
  const address = `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
  return {
    address,
    // In the fragment, so that the code is in no request line and no log.
    newSignInLink: () => `${address}/#sign-in=${sessions.newCode()}`,
    close: () => app.close(),
  };
}

/**
 * A page elsewhere must not reach this door, not even by giving its own name this address (DNS rebinding): the Host
 * is ours, and an Origin is the same as the Host. No CORS header is ever sent.
 */
function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': CONSOLE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const { port } = app.server.address() as AddressInfo;
    const ours = [HOST, 'localhost', '[::1]'].map((name) => `${name}:${port}`);
    const { host, origin } = request.headers;
    if (host === undefined || !ours.includes(host))
      return problem(reply, 421, 'host.unknown', 'This server does not answer for that host.');
    if (origin !== undefined && origin !== `http://${host}`)
      return problem(reply, 403, 'origin.denied', 'Pages of another origin may not call this server.');
  });
}

function sessionCalls(app: FastifyInstance, sessions: Sessions): void {
  app.post<{ Body: { code: string } }>(
    '/session',
    {
      schema: {
        body: {
          type: 'object',
          required: ['code'],
          additionalProperties: false,
          properties: { code: { type: 'string', maxLength: 200 } },
        },
      },
      attachValidation: true,
    },
    async (request, reply) => {
      if (request.validationError)
        return problem(
          reply,
          400,
          'request.invalid',
          'The body must be {"code": "…"} with the link\'s code.',
        );
      const exchange = sessions.exchange(request.body.code);
      if (exchange.kind === 'opened') {
        reply.header('cache-control', 'no-store');
        return { credential: exchange.credential, expiresAt: new Date(exchange.expiresAt).toISOString() };
      }
      if (exchange.kind === 'throttled') {
        reply.header('retry-after', exchange.retryAfter);
        return problem(reply, 429, 'sign_in.throttled', 'Too many wrong codes. Wait a minute.');
      }
      return problem(
        reply,
        401,
        'sign_in.refused',
        'This sign-in link was used already, or is older than 10 minutes.',
      );
    },
  );
  app.delete('/session', async (request, reply) => {
    sessions.end(credentialOf(request) ?? '');
    return reply.status(204).send();
  });
}

function adminCalls(app: FastifyInstance, host: Host, sessions: Sessions): void {
  const handler = new RPCHandler(host.router);
  app.register(async (rpc) => {
    rpc.removeAllContentTypeParsers();
    // oRPC reads the body itself.
    rpc.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    rpc.all('/rpc/*', async (request, reply) => {
      const credential = credentialOf(request);
      if (credential === null || !sessions.knows(credential)) {
        reply.header('www-authenticate', 'Bearer realm="gatehouse-admin"');
        return problem(
          reply,
          401,
          'session.unknown',
          'Sign in with the link that the server printed at its start.',
        );
      }
      reply.header('cache-control', 'no-store');
      const { matched } = await handler.handle(request, reply, { prefix: '/rpc', context: host.context });
      if (!matched) return problem(reply, 404, 'resource.unknown', 'There is no such call.');
    });
  });
}

async function consoleFiles(app: FastifyInstance): Promise<void> {
  const fromSource = import.meta.url.endsWith('.ts');
  const root = fileURLToPath(new URL(fromSource ? '../../out/renderer' : '../renderer', import.meta.url));
  if (existsSync(root)) {
    await app.register(fastifyStatic, { root, cacheControl: true, maxAge: 0 });
    return;
  }
  app.get('/', async (_, reply) =>
    problem(reply, 503, 'console.missing', 'The console is not built. Run "npm run build" first.'),
  );
}

/** The credential in `Authorization: Bearer` (RFC 6750), if there is one. */
const credentialOf = (request: FastifyRequest): string | null =>
  /^Bearer ([\w-]{20,100})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
