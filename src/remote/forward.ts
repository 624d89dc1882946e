import { ORPCError } from '@orpc/client';
import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import { type AnyRouter, implement } from '@orpc/server';
import { CERTIFICATE_REFUSED, SERVER_LOST, SIGN_IN_NEEDED } from '../base/server-troubles.ts';
import { isCertificateRefused } from './trust.ts';

/** A router that answers each call of `part` by asking a server's client. Who may make it, the server decides. */
export function forwardTo<T extends Record<string, AnyContractRouter>>(
  part: T,
  client: unknown,
): Record<string, AnyRouter> {
  const found: Record<string, AnyRouter> = {};
  for (const [name, item] of Object.entries(part)) {
    const target = (client as Record<string, unknown>)[name];
    found[name] = isContractProcedure(item)
      ? implement(item).handler(async ({ input, signal }) => {
          try {
            return await (target as Call)(input, { signal });
          } catch (thrown) {
            throw asTrouble(thrown);
          }
        })
      : forwardTo(item as Record<string, AnyContractRouter>, target);
  }
  return found;
}

type Call = (input: unknown, options: { signal: AbortSignal | undefined }) => Promise<unknown>;

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
