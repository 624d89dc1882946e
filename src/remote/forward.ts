import { ORPCError } from '@orpc/client';
import { type AnyRouter, implement } from '@orpc/server';
import { overCalls } from '../base/calls.ts';
import { CERTIFICATE_REFUSED, SERVER_LOST, SIGN_IN_NEEDED } from '../base/server-troubles.ts';
import { isCertificateRefused } from './trust.ts';

/** A router that answers each call of `part` by asking a server's client. Who may make it, the server decides. */
export const forwardTo = (part: object, client: unknown): Record<string, AnyRouter> =>
  overCalls<{ signal: AbortSignal | undefined }, AnyRouter>(part, client, (call, ask) =>
    implement(call).handler(async ({ input, signal }) => {
      try {
        return await ask(input, { signal });
      } catch (thrown) {
        throw asTrouble(thrown);
      }
    }),
  );

/** What the server answered as it is; that it did not, by why. */
function asTrouble(thrown: unknown): unknown {
  if (thrown instanceof ORPCError)
    return thrown.status === 401
      ? new ORPCError(SIGN_IN_NEEDED, { status: 401, message: 'Sign in to the server.', cause: thrown })
      : thrown;
  if (isCertificateRefused(thrown))
    return new ORPCError(CERTIFICATE_REFUSED, { status: 502, message: thrown.message, cause: thrown });
  if (!(thrown instanceof Error) || thrown.name === 'AbortError') return thrown;
  return new ORPCError(SERVER_LOST, {
    status: 503,
    message: `The server does not answer: ${thrown.message}`,
    cause: thrown,
  });
}
