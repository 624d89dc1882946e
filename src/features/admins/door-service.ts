import { implement, ORPCError } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY, MINUTE } from '../../base/clock.ts';
import type { Role } from '../../base/roles.ts';
import type { WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { asRefusal, STEP_UP_MINUTES } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import { changeAccount, hasAccounts, passwordOf } from './accounts-store.ts';
import { actorOf, recordedAttempt, recordedSession, VISITOR } from './audited.ts';
import { type Credentials, door } from './contract.ts';
import { makeCredential } from './credential.ts';
import { isPassword } from './password.ts';
import {
  endSessions,
  findByCredential,
  forgetOld,
  keepCredential,
  markUsed,
  openSession,
  renewSession,
  requireSession,
  steppedUp,
  type Visitor,
} from './sessions-store.ts';
import { PasswordThrottle } from './throttle.ts';

/** In milliseconds. */
const ACCESS_LIFETIME = 15 * MINUTE;
const REFRESH_LIFETIME = 30 * DAY;
const STEP_UP = STEP_UP_MINUTES * MINUTE;

/** Who knocks: the door fills it in. */
export interface VisitContext extends Visitor {
  /** The access credential that was shown, if one was. */
  credential: string | null;
}

interface Dependencies {
  db: Kysely<Schema>;
  clock: Clock;
  audit: AuditLog;
}

const os = implement(door)
  .$context<VisitContext>()
  .use(async ({ next }) => {
    try {
      return await next();
    } catch (thrown) {
      // A database that is away, say.
      throw asRefusal(thrown);
    }
  });

/** REFUSED and DENIED; their texts say nothing of what was wrong. */
const refused = (code: 'sign_in.refused' | 'session.unknown') =>
  new ORPCError('REFUSED', {
    status: 401,
    message: code === 'sign_in.refused' ? 'The name or the password is wrong.' : 'Sign in again.',
    data: { code, data: {} },
  });

/** Signing in to a server, and who a credential belongs to. */
export function createDoorService({ db, clock, audit }: Dependencies) {
  const throttle = new PasswordThrottle(db, clock);

  /**
   * Is it the password of `account`? An attempt counts from before the work, whatever comes of it.
   * @param hash null where there is no such account: the work and the answer are the same
   * @throws ORPCError THROTTLED
   */
  const tryPassword = async (
    account: string,
    address: string,
    password: string,
    hash: string | null,
  ): Promise<boolean> => {
    const attempt = await throttle.begin(account, address);
    if ('retryAfter' in attempt)
      throw new ORPCError('THROTTLED', {
        status: 429,
        message: `Too many wrong passwords. Wait ${attempt.retryAfter} s.`,
        data: attempt,
      });
    try {
      const fits = await isPassword(password, hash);
      if (fits) await attempt.succeeded();
      return fits;
    } finally {
      attempt.over();
    }
  };

  /**
   * Records a sign-in that was refused, and refuses it. Which account was tried is recorded only where there is one:
   * what is typed as a name can be a password. Who must wait has tried nothing, and is not recorded.
   */
  const refuseSignIn = async (
    account: { id: string; name: string } | undefined,
    visitor: Visitor,
  ): Promise<never> => {
    const subject = { kind: 'admin', id: account?.id ?? '', name: account?.name ?? '' };
    await audit.note(VISITOR, recordedAttempt('sign_in.refused', subject, visitor));
    throw refused('sign_in.refused');
  };

  const issue = async (
    tx: WriteDb,
    sessionId: string,
    { name, role }: { name: string; role: Role },
    now: number,
  ): Promise<Credentials> => {
    const [access, refresh] = [makeCredential('access'), makeCredential('refresh')];
    await keepCredential(tx, sessionId, 'access', access, now + ACCESS_LIFETIME);
    await keepCredential(tx, sessionId, 'refresh', refresh, now + REFRESH_LIFETIME);
    return {
      account: name,
      role,
      access,
      accessExpiresAt: new Date(now + ACCESS_LIFETIME),
      refresh,
      refreshExpiresAt: new Date(now + REFRESH_LIFETIME),
    };
  };

  return os.router({
    session: {
      signIn: os.session.signIn.handler(async ({ input: { user, password }, context }) => {
        const found = await passwordOf(db, user);
        const hash = found?.active === 1 ? found.hash : null;
        if (!(await tryPassword(user, context.address, password, hash))) return refuseSignIn(found, context);
        const given = await audit.change(actorOf(user), async (tx, record) => {
          // Meanwhile it may have been disabled, or have got another password.
          const account = await passwordOf(tx, user);
          if (account === undefined || account.active === 0 || account.hash !== hash) return null;
          const now = clock.now();
          await forgetOld(tx, now);
          await changeAccount(tx, account.id, { last_sign_in_at: now });
          const sessionId = await openSession(tx, account.id, context, now, now + REFRESH_LIFETIME);
          record(recordedSession('sign_in.password', null, await requireSession(tx, now, sessionId)));
          return issue(tx, sessionId, account, now);
        });
        return given ?? refuseSignIn(found, context);
      }),

      refresh: os.session.refresh.handler(async ({ input, context }) => {
        // A renewal is no change by an admin; that a credential came again is recorded.
        const renewed = await audit.change(VISITOR, async (tx, record) => {
          const now = clock.now();
          const found = await findByCredential(tx, 'refresh', input.refresh, now);
          if (found === undefined) return null;
          if (found.usedAt !== null) {
            const before = await requireSession(tx, now, found.sessionId);
            await endSessions(tx, { id: found.sessionId }, 'reused', now);
            const after = await requireSession(tx, now, found.sessionId);
            record(
              recordedSession('session.reused', before, {
                ...after,
                address: context.address,
                userAgent: context.userAgent,
              }),
            );
            return null;
          }
          await markUsed(tx, input.refresh, now);
          await renewSession(tx, found.sessionId, context, now, now + REFRESH_LIFETIME);
          return issue(tx, found.sessionId, found, now);
        });
        // Not thrown in the transaction, which would take the end of the session back.
        if (renewed === null) throw refused('session.unknown');
        return renewed;
      }),

      stepUp: os.session.stepUp.handler(async ({ input: { password }, context }) => {
        const found =
          context.credential === null
            ? undefined
            : await findByCredential(db, 'access', context.credential, clock.now());
        if (found === undefined) throw refused('session.unknown');
        const actor = actorOf(found.name);
        const subject = { kind: 'session', id: found.sessionId, name: found.name };
        if (!(await tryPassword(found.name, context.address, password, found.passwordHash))) {
          await audit.note(actor, recordedAttempt('step_up.refused', subject, context));
          throw new ORPCError('DENIED', {
            status: 403,
            message: 'The password is wrong.',
            data: { code: 'password.wrong', data: {} },
          });
        }
        return audit.change(actor, async (tx, record) => {
          const now = clock.now();
          await steppedUp(tx, found.sessionId, now);
          record(recordedAttempt('step_up.password', subject, context));
          return { until: new Date(now + STEP_UP) };
        });
      }),

      signOut: os.session.signOut.handler(async ({ context: { credential } }) => {
        const found =
          credential === null ? undefined : await findByCredential(db, 'access', credential, clock.now());
        if (found === undefined) return;
        await audit.change(actorOf(found.name), async (tx, record) => {
          const now = clock.now();
          const before = await requireSession(tx, now, found.sessionId);
          await endSessions(tx, { id: found.sessionId }, 'signed-out', now);
          const after = await requireSession(tx, now, found.sessionId);
          record(recordedSession('session.sign_out', before, after));
        });
      }),
    },

    authenticate: os.authenticate.handler(async ({ input: { credential } }) => {
      const now = clock.now();
      const found = await findByCredential(db, 'access', credential, now);
      if (found === undefined) return null;
      const { name, role, steppedUpAt } = found;
      return { actor: actorOf(name), role, steppedUp: now < steppedUpAt + STEP_UP };
    }),

    hasAccounts: os.hasAccounts.handler(() => hasAccounts(db)),
  });
}
