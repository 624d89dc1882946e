import { Fault } from '../../base/faults.ts';
import type { Role } from '../../base/roles.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { Account } from './contract.ts';

/** Every account by name, or only the one with `id`. @param now Unix ms, by which sessions last */
export async function listAccounts(db: ReadDb, now: number, id?: string): Promise<Account[]> {
  let query = db
    .selectFrom('admin_account')
    .selectAll()
    .select(({ selectFrom, fn }) =>
      selectFrom('admin_session')
        .select(fn.countAll<number>().as('sessions'))
        .whereRef('admin_session.account_id', '=', 'admin_account.id')
        .where('admin_session.ended_at', 'is', null)
        .where('admin_session.expires_at', '>', now)
        .as('sessions'),
    )
    .orderBy('name');
  if (id !== undefined) query = query.where('id', '=', id);
  return (await query.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    active: row.active === 1,
    createdAt: new Date(row.created_at),
    createdBy: row.created_by,
    passwordSetAt: new Date(row.password_set_at),
    lastSignInAt: row.last_sign_in_at === null ? null : new Date(row.last_sign_in_at),
    sessions: Number(row.sessions ?? 0),
  }));
}

/** Refused with `id.unknown` where there is no such account. */
export async function requireAccount(db: ReadDb, now: number, id: string): Promise<Account> {
  const [account] = await listAccounts(db, now, id);
  if (!account) throw new Fault('id.unknown', { kind: 'admin', id });
  return account;
}

/** Is there any account, disabled ones included? */
export async function hasAccounts(db: ReadDb): Promise<boolean> {
  return (await db.selectFrom('admin_account').select('id').limit(1).executeTakeFirst()) !== undefined;
}

/** What a password is compared with; undefined where no account has that name. */
export const passwordOf = (db: ReadDb, name: string) =>
  db
    .selectFrom('admin_account')
    .select(['id', 'name', 'role', 'active', 'password_hash as hash'])
    .where('name', '=', name)
    .executeTakeFirst();

interface NewAccount {
  id: string;
  name: string;
  role: Role;
  passwordHash: string;
  createdBy: string;
}

/** Refused with `name.taken`. */
export async function insertAccount(tx: WriteDb, account: NewAccount, now: number): Promise<void> {
  const { id, name, role, passwordHash, createdBy } = account;
  if (await passwordOf(tx, name)) throw new Fault('name.taken', { kind: 'admin', name });
  await tx
    .insertInto('admin_account')
    .values({
      id,
      name,
      role,
      active: 1,
      password_hash: passwordHash,
      password_set_at: now,
      created_at: now,
      created_by: createdBy,
      last_sign_in_at: null,
    })
    .execute();
}

interface AccountChanges {
  role?: Role;
  active?: number;
  password_hash?: string;
  password_set_at?: number;
  last_sign_in_at?: number;
}

export async function changeAccount(tx: WriteDb, id: string, changes: AccountChanges): Promise<void> {
  await tx.updateTable('admin_account').set(changes).where('id', '=', id).execute();
}

/** Refused with `admin.last_owner` where nobody but this account could give rights any more. */
export async function assertOtherOwner(tx: ReadDb, { id, name }: Account): Promise<void> {
  const other = await tx
    .selectFrom('admin_account')
    .select('id')
    .where('role', '=', 'owner')
    .where('active', '=', 1)
    .where('id', '!=', id)
    .limit(1)
    .executeTakeFirst();
  if (!other) throw new Fault('admin.last_owner', { name });
}
