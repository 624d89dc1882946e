import { ORPCError, os } from '@orpc/server';
import { Fault } from '../base/faults.ts';
import { type CallMeta, LEAST_ROLE, meets, type Role } from '../base/roles.ts';

/** How long a password that was given counts for what needs one, in minutes. */
export const STEP_UP_MINUTES = 5;

/** Who asks; the door fills it in, never the caller. */
export interface CallContext {
  /** As `os:root` or `admin:ada`. */
  actor: string;
  role: Role;
  /** Has the password been given within the last minutes, or is none needed because the file is theirs anyway? */
  steppedUp: boolean;
}

/** Who works on a local file: the operating system let them have it, so nothing here is kept from them. */
export const localOwner = (actor: string): CallContext => ({ actor, role: 'owner', steppedUp: true });

/**
 * The middleware of every service, `implement(contract).$context<CallContext>().use(answerFaults)`. Who may not make the
 * call is refused before its input is looked at; a thrown Fault becomes the typed refusal that `base/shapes.ts`
 * declares; anything else stays our failure.
 */
export const answerFaults = os.$context<CallContext>().middleware(async ({ context, procedure, next }) => {
  try {
    assertMayCall(context, procedure['~orpc'].meta);
    return await next();
  } catch (thrown) {
    throw asRefusal(thrown);
  }
});

/** @throws Fault `role.denied`, `step_up.needed` */
function assertMayCall({ actor, role, steppedUp }: CallContext, { needs, stepUp = false }: CallMeta): void {
  if (!meets(role, needs))
    throw new Fault('role.denied', { least: needs === undefined ? 'none' : LEAST_ROLE[needs], actor, role });
  if (stepUp && !steppedUp) throw new Fault('step_up.needed', { minutes: STEP_UP_MINUTES });
}

const DENIALS: ReadonlySet<string> = new Set(['role.denied', 'step_up.needed']);

/** What to throw in place of `thrown`; for an event iterator too, which fails after the middleware is done. */
export function asRefusal(thrown: unknown): unknown {
  if (!(thrown instanceof Fault)) return thrown;
  const denied = DENIALS.has(thrown.code);
  return new ORPCError(denied ? 'DENIED' : 'FAULT', {
    defined: true,
    status: denied ? 403 : 422,
    message: thrown.message,
    data: { code: thrown.code, data: thrown.data },
    cause: thrown,
  });
}
