import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import { inTransaction, type WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import {
  assertOtherOwner,
  changeAccount,
  insertAccount,
  listAccounts,
  requireAccount,
} from './accounts-store.ts';
import { type Account, admins } from './contract.ts';
import { hashPassword } from './password.ts';
import { endSessions, listSessions, requireSession } from './sessions-store.ts';

const os = implement(admins).$context<CallContext>().use(answerFaults);

/** The accounts that sign in to a server, their roles and their sessions. */
export function createAdminsService({ db, clock }: { db: Kysely<Schema>; clock: Clock }) {
  /** Changes the account with `id` in one transaction, and answers with what it is then. */
  const change = (
    id: string,
    work: (tx: WriteDb, account: Account, now: number) => Promise<void>,
  ): Promise<Account> =>
    inTransaction(db, async (tx) => {
      const now = clock.now();
      await work(tx, await requireAccount(tx, now, id), now);
      return requireAccount(tx, now, id);
    });

  return os.router({
    list: os.list.handler(() => listAccounts(db, clock.now())),

    add: os.add.handler(async ({ input: { name, role, password }, context }) => {
      // Outside the transaction: it takes a tenth of a second.
      const passwordHash = await hashPassword(password);
      return inTransaction(db, async (tx) => {
        const now = clock.now();
        const id = newId(now);
        await insertAccount(tx, { id, name, role, passwordHash, createdBy: context.actor }, now);
        return requireAccount(tx, now, id);
      });
    }),

    setRole: os.setRole.handler(({ input: { id, role } }) =>
      change(id, async (tx, account) => {
        if (account.role === 'owner' && account.active && role !== 'owner')
          await assertOtherOwner(tx, account);
        await changeAccount(tx, id, { role });
      }),
    ),

    disable: os.disable.handler(({ input: { id } }) =>
      change(id, async (tx, account, now) => {
        if (account.role === 'owner' && account.active) await assertOtherOwner(tx, account);
        await changeAccount(tx, id, { active: 0 });
        await endSessions(tx, { accountId: id }, 'disabled', now);
      }),
    ),

    enable: os.enable.handler(({ input: { id } }) =>
      change(id, async (tx) => changeAccount(tx, id, { active: 1 })),
    ),

    resetPassword: os.resetPassword.handler(async ({ input: { id, password } }) => {
      const hash = await hashPassword(password);
      return change(id, async (tx, _, now) => {
        await changeAccount(tx, id, { password_hash: hash, password_set_at: now });
        await endSessions(tx, { accountId: id }, 'password', now);
      });
    }),

    sessions: {
      list: os.sessions.list.handler(() => listSessions(db, clock.now())),
      revoke: os.sessions.revoke.handler(({ input: { id } }) =>
        inTransaction(db, async (tx) => {
          const now = clock.now();
          await requireSession(tx, now, id);
          await endSessions(tx, { id }, 'revoked', now);
          return requireSession(tx, now, id);
        }),
      ),
    },
  });
}
