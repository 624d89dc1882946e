import { implement, ORPCError } from '@orpc/server';
import type { Kysely } from 'kysely';
import { type Clock, DAY, MINUTE } from '../../base/clock.ts';
import type { Role } from '../../base/roles.ts';
import { inTransaction, type WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { STEP_UP_MINUTES } from '../answer-faults.ts';
import { changeAccount, hasAccounts, passwordOf } from './accounts-store.ts';
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

const os = implement(door).$context<VisitContext>();

/** REFUSED and DENIED; their texts say nothing of what was wrong. */
const refused = (code: 'sign_in.refused' | 'session.unknown') =>
  new ORPCError('REFUSED', {
    status: 401,
    message: code === 'sign_in.refused' ? 'The name or the password is wrong.' : 'Sign in again.',
    data: { code, data: {} },
  });

/** Signing in to a server, and who a credential belongs to. */
export function createDoorService({ db, clock }: { db: Kysely<Schema>; clock: Clock }) {
  const throttle = new PasswordThrottle(clock);

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
    const attempt = throttle.begin(account, address);
    if ('retryAfter' in attempt)
      throw new ORPCError('THROTTLED', {
        status: 429,
        message: `Too many wrong passwords. Wait ${attempt.retryAfter} s.`,
        data: attempt,
      });
    try {
      const fits = await isPassword(password, hash);
      if (fits) attempt.succeeded();
      return fits;
    } finally {
      attempt.over();
    }
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
        if (!(await tryPassword(user, context.address, password, hash))) throw refused('sign_in.refused');
        return inTransaction(db, async (tx) => {
          // Meanwhile it may have been disabled, or have got another password.
          const account = await passwordOf(tx, user);
          if (account === undefined || account.active === 0 || account.hash !== hash)
            throw refused('sign_in.refused');
          const now = clock.now();
          await forgetOld(tx, now);
          await changeAccount(tx, account.id, { last_sign_in_at: now });
          const sessionId = await openSession(tx, account.id, context, now, now + REFRESH_LIFETIME);
          return issue(tx, sessionId, account, now);
        });
      }),

      refresh: os.session.refresh.handler(async ({ input, context }) => {
        const renewed = await inTransaction(db, async (tx) => {
          const now = clock.now();
          const found = await findByCredential(tx, 'refresh', input.refresh, now);
          if (found === undefined) return null;
          if (found.usedAt !== null) {
            await endSessions(tx, { id: found.sessionId }, 'reused', now);
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
        if (!(await tryPassword(found.name, context.address, password, found.passwordHash)))
          throw new ORPCError('DENIED', {
            status: 403,
            message: 'The password is wrong.',
            data: { code: 'password.wrong', data: {} },
          });
        const now = clock.now();
        await steppedUp(db, found.sessionId, now);
        return { until: new Date(now + STEP_UP) };
      }),

      signOut: os.session.signOut.handler(({ context: { credential } }) =>
        inTransaction(db, async (tx) => {
          const now = clock.now();
          const found =
            credential === null ? undefined : await findByCredential(tx, 'access', credential, now);
          if (found !== undefined) await endSessions(tx, { id: found.sessionId }, 'signed-out', now);
        }),
      ),
    },

    authenticate: os.authenticate.handler(async ({ input: { credential } }) => {
      const now = clock.now();
      const found = await findByCredential(db, 'access', credential, now);
      if (found === undefined) return null;
      const { name, role, steppedUpAt } = found;
      return { actor: `admin:${name}`, role, steppedUp: now < steppedUpAt + STEP_UP };
    }),

    hasAccounts: os.hasAccounts.handler(() => hasAccounts(db)),
  });
}
