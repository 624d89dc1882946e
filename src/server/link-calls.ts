import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { credentialOf } from './callers.ts';
import type { LinkSessions } from './link-sessions.ts';
import { problem } from './problem.ts';

const exchangeBody = z.strictObject({ code: z.string().max(200) });

/** `POST /session` trades a link's code for a credential, `DELETE /session` ends the session that it opened. */
export function linkCalls(app: FastifyInstance, host: Host, links: LinkSessions): void {
  app.post('/session', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const body = exchangeBody.safeParse(request.body);
    if (!body.success)
      return problem(reply, 400, 'request.invalid', 'The body must be {"code": "…"}, the code of the link.');
    // A link that was printed before there were accounts must not outlive that.
    if (await host.client.door.hasAccounts())
      return problem(
        reply,
        401,
        'sign_in.password',
        'This server has admin accounts: sign in with a password.',
      );
    const exchange = links.exchange(body.data.code);
    if (exchange.kind === 'opened')
      return { credential: exchange.credential, expiresAt: new Date(exchange.expiresAt).toISOString() };
    if (exchange.kind === 'throttled') {
      reply.header('retry-after', exchange.retryAfter);
      return problem(reply, 429, 'sign_in.throttled', 'Too many wrong codes. Wait a minute.');
    }
    return problem(
      reply,
      401,
      'sign_in.refused',
      'This sign-in link was used already, or is older than 10 minutes. Start the server again for a new one.',
    );
  });
  app.delete('/session', async (request, reply) => {
    links.end(credentialOf(request) ?? '');
    return reply.status(204).send();
  });
}
