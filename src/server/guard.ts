import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CONSOLE_POLICY } from '../base/console-policy.ts';
import { isLoopback } from '../base/loopback.ts';
import { type Place, urlHost } from './place.ts';
import { problem } from './problem.ts';

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const EVERY_ADDRESS = ['0.0.0.0', '::'];
/** A browser leaves these ports out of Host and Origin. */
const DEFAULT_PORT = { http: 80, https: 443 } as const;

/**
 * A page elsewhere must not reach this door, not even by giving its own name this address (DNS rebinding): the Host
 * is ours, and an Origin is the same as the Host. No CORS header is ever sent.
 */
export function guard(app: FastifyInstance, place: Place): void {
  const scheme = place.tls ? 'https' : 'http';
  const bound = isLoopback(place.host) || EVERY_ADDRESS.includes(place.host) ? LOOPBACK_NAMES : [];
  const own = new Set([...bound, urlHost(place.host)]);
  const published = new Set(place.names.map((name) => name.toLowerCase()));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'content-security-policy': CONSOLE_POLICY,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const { port } = app.server.address() as AddressInfo;
    const host = request.headers.host?.toLowerCase() ?? '';
    const withPort = host.endsWith(`:${port}`) ? host.slice(0, -`:${port}`.length) : null;
    const name = withPort ?? (port === DEFAULT_PORT[scheme] ? host : null);
    const isPublished = published.has(host) || (name !== null && published.has(name));
    if (!isPublished && (name === null || !own.has(name)))
      return problem(reply, 421, 'host.unknown', 'This server does not answer for that host.');
    const { origin } = request.headers;
    // A proxy in front may speak TLS for a published name although we do not.
    const origins = isPublished ? [`${scheme}://${host}`, `https://${host}`] : [`${scheme}://${host}`];
    if (origin !== undefined && !origins.includes(origin))
      return problem(reply, 403, 'origin.denied', 'Pages of another origin may not call this server.');
  });
}
