import type { FastifyReply, FastifyRequest } from 'fastify';
import type { VisitContext } from '../features/admins/door-service.ts';
import type { CallContext } from '../features/answer-faults.ts';
import { clientBehind, compileProxies } from '../features/ip-rules/trusted-proxies.ts';
import { clientAddress } from '../gateway/client-address.ts';
import type { Host } from '../host.ts';
import type { LinkSessions } from './link-sessions.ts';
import { problem } from './problem.ts';

const MOST_OF_USER_AGENT = 300;

/** Who asks at this door. */
export interface Callers {
  /** Whose credential was shown; null: none that is accepted. */
  of(request: FastifyRequest): Promise<CallContext | null>;
  /** Where it comes from and what it shows, for calls that need no account. */
  visitor(request: FastifyRequest): Promise<VisitContext>;
}

export function createCallers(host: Host, links: LinkSessions, trustProxy: readonly string[]): Callers {
  return {
    async of(request) {
      const credential = credentialOf(request);
      if (credential === null) return null;
      // Who opened a link read it where the server was started: that one acts as whose process it is.
      if (links.knows(credential)) return host.context;
      return host.client.door.authenticate({ credential });
    },
    async visitor(request) {
      const ranges = [...trustProxy, ...(await host.client.ipRules.trustedProxies.list())];
      const peer = clientAddress(request.socket.remoteAddress);
      const forwarded = request.headers['x-forwarded-for'];
      const forwardedFor = Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null);
      return {
        address: clientBehind(compileProxies(ranges), peer, forwardedFor),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, MOST_OF_USER_AGENT),
        credential: credentialOf(request),
      };
    },
  };
}

export function notSignedIn(reply: FastifyReply): FastifyReply {
  reply.header('www-authenticate', 'Bearer realm="gatehouse-admin"');
  return problem(
    reply,
    401,
    'session.unknown',
    'Sign in with a password, or with the link that the server printed at its start.',
  );
}

/** The credential in `Authorization: Bearer` (RFC 6750), if there is one. */
export const credentialOf = (request: FastifyRequest): string | null =>
  /^Bearer ([\w-]{20,100})$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
