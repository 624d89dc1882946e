import { SmartCoercionPlugin } from '@orpc/json-schema';
import { OpenAPIHandler } from '@orpc/openapi/fastify';
import { RPCHandler } from '@orpc/server/fastify';
import type { FastifyInstance } from 'fastify';
import type { Host } from '../host.ts';
import { adminDocument, schemaConverters } from './open-api.ts';
import { problem } from './problem.ts';
import { signedIn } from './session-calls.ts';
import type { Sessions } from './sessions.ts';

/**
 * The admin API twice over the same router: `/rpc` in oRPC's own protocol, as the console speaks it, and `/api` in
 * plain JSON, as `/openapi.json` describes it for everyone else.
 */
export function adminCalls(app: FastifyInstance, host: Host, sessions: Sessions): void {
  const handlers = {
    '/rpc': new RPCHandler(host.router),
    // JSON has no dates: the schemas say which text is one.
    '/api': new OpenAPIHandler(host.router, { plugins: [new SmartCoercionPlugin({ schemaConverters })] }),
  } as const;
  app.register(async (calls) => {
    calls.removeAllContentTypeParsers();
    // oRPC reads the body itself.
    calls.addContentTypeParser('*', (_request, _payload, done) => done(null, undefined));
    calls.addHook('onRequest', signedIn(sessions));
    for (const prefix of ['/rpc', '/api'] as const)
      calls.all(`${prefix}/*`, async (request, reply) => {
        const { matched } = await handlers[prefix].handle(request, reply, { prefix, context: host.context });
        if (!matched) return problem(reply, 404, 'resource.unknown', 'There is no such call.');
      });
  });

  let document: ReturnType<typeof adminDocument> | null = null;
  app.get('/openapi.json', async () => {
    document ??= adminDocument();
    return document;
  });
}
