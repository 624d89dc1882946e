import { ORPCError, os } from '@orpc/server';
import { Fault } from '../base/faults.ts';

/** Who asks; the door fills it in, never the caller. */
export interface CallContext {
  /** As `os:root` or `link:console`. */
  actor: string;
}

/**
 * The middleware of every service, `implement(contract).$context<CallContext>().use(answerFaults)`: a thrown
 * Fault becomes the typed refusal that `base/shapes.ts` declares; anything else stays our failure.
 */
export const answerFaults = os.$context<CallContext>().middleware(async ({ next }) => {
  try {
    return await next();
  } catch (thrown) {
    throw asRefusal(thrown);
  }
});

/** What to throw in place of `thrown`; for an event iterator too, which fails after the middleware is done. */
export function asRefusal(thrown: unknown): unknown {
  if (!(thrown instanceof Fault)) return thrown;
  return new ORPCError('FAULT', {
    defined: true,
    status: 422,
    message: thrown.message,
    data: { code: thrown.code, data: thrown.data },
    cause: thrown,
  });
}
