import { implement, ORPCError } from '@orpc/server';
import { session } from '../features/admins/contract.ts';
import type { VisitContext } from '../features/admins/door-service.ts';
import type { Host } from '../host.ts';
import type { LinkSessions } from './link-sessions.ts';

export interface SessionCallContext extends VisitContext {
  /** Hears how many seconds to wait, for the header that says so. */
  onThrottled(seconds: number): void;
}

const os = implement(session)
  .$context<SessionCallContext>()
  .use(async ({ context, next }) => {
    try {
      return await next();
    } catch (thrown) {
      if (thrown instanceof ORPCError && thrown.code === 'THROTTLED')
        context.onThrottled(thrown.data.retryAfter);
      throw thrown;
    }
  });

/**
 * What needs no session yet, asked of the instance on behalf of who knocks.
 * @param links null where sign-in links are not given out
 */
export function createSessionService({ client }: Host, links: LinkSessions | null) {
  const { door } = client;
  const asVisitor = ({ address, userAgent, credential }: SessionCallContext) => ({
    context: { visitor: { address, userAgent, credential } },
  });
  return os.router({
    offers: os.offers.handler(async () => {
      const password = await door.hasAccounts();
      return { password, link: !password && links !== null };
    }),
    signIn: os.signIn.handler(({ input, context }) => door.session.signIn(input, asVisitor(context))),
    refresh: os.refresh.handler(({ input, context }) => door.session.refresh(input, asVisitor(context))),
    stepUp: os.stepUp.handler(({ input, context }) => door.session.stepUp(input, asVisitor(context))),
    signOut: os.signOut.handler(({ context }) => {
      if (context.credential !== null) links?.end(context.credential);
      return door.session.signOut(undefined, asVisitor(context));
    }),
  });
}
