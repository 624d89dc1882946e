import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import type { AnyRouter } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fastify';
import type { FastifyInstance } from 'fastify';
import type { Host } from '../host.ts';
import { type Callers, notSignedIn } from './callers.ts';
import type { LinkSessions } from './link-sessions.ts';
import { adminDocument, schemaConverters } from './open-api.ts';
import { problem } from './problem.ts';
import { createSessionService, type SessionCallContext } from './session-service.ts';

/** A router twice: in oRPC's own protocol, and in plain JSON. JSON has no dates: the schemas say which text is one. */
const bothWays = (router: AnyRouter) =>
  [
    ['/rpc', new RPCHandler(router)],
    ['/api', new OpenAPIHandler(router, { plugins: [new SmartCoercionPlugin({ schemaConverters })] })],
  ] as const;

/**
 * The admin API twice over the same router: `/rpc` in oRPC's own protocol, as the console speaks it, and `/api` in
 * plain JSON, as `/openapi.json` describes it for everyone else. What is under `session` needs no session.
 */
export function adminCalls(
  app: FastifyInstance,
  host: Host,
  callers: Callers,
  links: LinkSessions | null,
): void {
  app.register(async (calls) => {
    calls.removeAllContentTypeParsers();
    // oRPC reads the body itself.
    calls.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    calls.addHook('onRequest', async (_, reply) => {
      reply.header('cache-control', 'no-store');
    });
    for (const [prefix, handler] of bothWays({ session: createSessionService(host, links) }))
      calls.all(`${prefix}/session/*`, async (request, reply) => {
        const context: SessionCallContext = {
          ...(await callers.visitor(request)),
          onThrottled: (seconds) => reply.header('retry-after', seconds),
        };
        const { matched } = await handler.handle(request, reply, { prefix, context });
        if (!matched) return problem(reply, 404, 'resource.unknown', 'There is no such call.');
      });
    for (const [prefix, handler] of bothWays(host.router))
      calls.all(`${prefix}/*`, async (request, reply) => {
        const context = await callers.of(request);
        if (context === null) return notSignedIn(reply);
        const { matched } = await handler.handle(request, reply, { prefix, context });
        if (!matched) return problem(reply, 404, 'resource.unknown', 'There is no such call.');
      });
  });

  let document: ReturnType<typeof adminDocument> | null = null;
  app.get('/openapi.json', async () => {
    document ??= adminDocument();
    return document;
  });
}
