import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Host } from '../host.ts';
import { problem } from './problem.ts';
import type { Sessions } from './sessions.ts';

const exchangeBody = z.strictObject({ code: z.string().max(200) });

/** `POST /session` trades a link's code for a credential, `DELETE /session` ends the caller's session. */
export function sessionCalls(app: FastifyInstance, host: Host, sessions: Sessions): void {
  app.post('/session', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    const body = exchangeBody.safeParse(request.body);
    if (!body.success)
      return problem(reply, 400, 'request.invalid', 'The body must be {"code": "…"}, the code of the link.');
    const exchange = sessions.exchange(body.data.code);
    if (exchange.kind === 'opened') {
      const expiresAt = new Date(exchange.expiresAt).toISOString();
      // Before the credential leaves: nobody is in without an entry.
      await host.note(host.context.actor, {
        action: 'sign_in.link',
        subject: { kind: 'session', id: '', name: '' },
        before: null,
        after: { address: request.ip, userAgent: request.headers['user-agent'] ?? '', expiresAt },
      });
      return { credential: exchange.credential, expiresAt };
    }
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
    sessions.end(credentialOf(request) ?? '');
    return reply.status(204).send();
  });
}

/** Lets a request with a session's credential pass; answers any other. */
export const signedIn =
  (sessions: Sessions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    reply.header('cache-control', 'no-store');
    const credential = credentialOf(request);
    if (credential !== null && sessions.knows(credential)) return undefined;
    reply.header('www-authenticate', 'Bearer realm="gatehouse-admin"');
    return problem(
      reply,
      401,
      'session.unknown',
      'Sign in with the link that the server printed at its start.',
    );
  };

/** The credential in `Authorization: Bearer` (RFC 6750), if there is one. */
const credentialOf = (request: FastifyRequest): string | null =>
  /^Bearer ([\w-]{20,100})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
