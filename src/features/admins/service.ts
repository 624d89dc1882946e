import { implement } from '@orpc/server';
import type { Kysely } from 'kysely';
import type { Clock } from '../../base/clock.ts';
import { newId } from '../../base/ids.ts';
import type { WriteDb } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { answerFaults, type CallContext } from '../answer-faults.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import {
  assertOtherOwner,
  changeAccount,
  insertAccount,
  listAccounts,
  requireAccount,
} from './accounts-store.ts';
import { recordedAccount, recordedSession } from './audited.ts';
import { type Account, admins } from './contract.ts';
import { hashPassword } from './password.ts';
import { endSessions, listSessions, requireSession } from './sessions-store.ts';

const os = implement(admins).$context<CallContext>().use(answerFaults);

interface Dependencies {
  db: Kysely<Schema>;
  clock: Clock;
  audit: AuditLog;
}

/** The accounts that sign in to a server, their roles and their sessions. */
export function createAdminsService({ db, clock, audit }: Dependencies) {
  /** Changes the account with `id` in one transaction, records that, and answers with what it is then. */
  const change = (
    { actor }: CallContext,
    action: AuditAction,
    id: string,
    work: (tx: WriteDb, account: Account, now: number) => Promise<void>,
  ): Promise<Account> =>
    audit.change(actor, async (tx, record) => {
      const now = clock.now();
      const before = await requireAccount(tx, now, id);
      await work(tx, before, now);
      const after = await requireAccount(tx, now, id);
      record(recordedAccount(action, before, after, action === 'admin.reset_password'));
      return after;
    });

  return os.router({
    list: os.list.handler(() => listAccounts(db, clock.now())),

    add: os.add.handler(async ({ input: { name, role, password }, context }) => {
      // Outside the transaction: it takes a tenth of a second.
      const passwordHash = await hashPassword(password);
      return audit.change(context.actor, async (tx, record) => {
        const now = clock.now();
        const id = newId(now);
        await insertAccount(tx, { id, name, role, passwordHash, createdBy: context.actor }, now);
        const added = await requireAccount(tx, now, id);
        record(recordedAccount('admin.add', null, added));
        return added;
      });
    }),

    setRole: os.setRole.handler(({ input: { id, role }, context }) =>
      change(context, 'admin.set_role', id, async (tx, account) => {
        if (account.role === 'owner' && account.active && role !== 'owner')
          await assertOtherOwner(tx, account);
        await changeAccount(tx, id, { role });
      }),
    ),

    disable: os.disable.handler(({ input: { id }, context }) =>
      change(context, 'admin.disable', id, async (tx, account, now) => {
        if (account.role === 'owner' && account.active) await assertOtherOwner(tx, account);
        await changeAccount(tx, id, { active: 0 });
        await endSessions(tx, { accountId: id }, 'disabled', now);
      }),
    ),

    enable: os.enable.handler(({ input: { id }, context }) =>
      change(context, 'admin.enable', id, async (tx) => changeAccount(tx, id, { active: 1 })),
    ),

    resetPassword: os.resetPassword.handler(async ({ input: { id, password }, context }) => {
      const hash = await hashPassword(password);
      return change(context, 'admin.reset_password', id, async (tx, _, now) => {
        await changeAccount(tx, id, { password_hash: hash, password_set_at: now });
        await endSessions(tx, { accountId: id }, 'password', now);
      });
    }),

    sessions: {
      list: os.sessions.list.handler(() => listSessions(db, clock.now())),
      revoke: os.sessions.revoke.handler(({ input: { id }, context }) =>
        audit.change(context.actor, async (tx, record) => {
          const now = clock.now();
          const before = await requireSession(tx, now, id);
          await endSessions(tx, { id }, 'revoked', now);
          const after = await requireSession(tx, now, id);
          record(recordedSession('session.revoke', before, after));
          return after;
        }),
      ),
    },
  });
}
