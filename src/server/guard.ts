import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { CONSOLE_POLICY } from '../base/console-policy.ts';
import { problem } from './problem.ts';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];
/** A browser leaves this port out of Host and Origin. */
const HTTP_PORT = 80;

/**
 * A page elsewhere must not reach this door, not even by giving its own name this address (DNS rebinding): the Host
 * is ours, and an Origin is the same as the Host. No CORS header is ever sent.
 */
export function guard(app: FastifyInstance): void {
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
    const ours = NAMES.map((name) => (port === HTTP_PORT ? name : `${name}:${port}`));
    const host = request.headers.host?.toLowerCase();
    const { origin } = request.headers;
    if (host === undefined || !ours.includes(host))
      return problem(reply, 421, 'host.unknown', 'This server does not answer for that host.');
    if (origin !== undefined && origin !== `http://${host}`)
      return problem(reply, 403, 'origin.denied', 'Pages of another origin may not call this server.');
  });
}
