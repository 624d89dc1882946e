import { DAY } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { newId } from '../../base/ids.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { SessionEnd } from '../../db/schema.ts';
import type { AccountSession } from './contract.ts';
import { type CredentialKind, hashCredential } from './credential.ts';

/** How long a session that ended is still listed, in milliseconds. */
const LISTED = 30 * DAY;

/** From where a session is used, as the list shows it. */
export interface Visitor {
  address: string;
  userAgent: string;
}

const withAccount = (db: ReadDb) =>
  db.selectFrom('admin_session').innerJoin('admin_account', 'admin_account.id', 'admin_session.account_id');

/** Sessions that last or ended lately, the newest first; or only the one with `id`. */
export async function listSessions(db: ReadDb, now: number, id?: string): Promise<AccountSession[]> {
  let query = withAccount(db)
    .selectAll('admin_session')
    .select('admin_account.name as account')
    .where('admin_session.expires_at', '>', now - LISTED)
    .orderBy('admin_session.created_at', 'desc')
    .orderBy('admin_session.id', 'desc');
  if (id !== undefined) query = query.where('admin_session.id', '=', id);
  return (await query.execute())
    .filter((row) => row.ended_at === null || row.ended_at > now - LISTED)
    .map((row) => ({
      id: row.id,
      accountId: row.account_id,
      account: row.account,
      signedInAt: new Date(row.created_at),
      renewedAt: new Date(row.renewed_at),
      expiresAt: new Date(row.expires_at),
      address: row.address,
      userAgent: row.user_agent,
      endedAt: row.ended_at === null ? null : new Date(row.ended_at),
      ended: row.ended,
    }));
}

/** Refused with `id.unknown` where there is no such session. */
export async function requireSession(db: ReadDb, now: number, id: string): Promise<AccountSession> {
  const [found] = await listSessions(db, now, id);
  if (!found) throw new Fault('id.unknown', { kind: 'session', id });
  return found;
}

/** A new session whose password has just been given. @returns its id */
export async function openSession(
  tx: WriteDb,
  accountId: string,
  { address, userAgent }: Visitor,
  now: number,
  expiresAt: number,
): Promise<string> {
  const id = newId(now);
  await tx
    .insertInto('admin_session')
    .values({
      id,
      account_id: accountId,
      created_at: now,
      renewed_at: now,
      expires_at: expiresAt,
      stepped_up_at: now,
      address,
      user_agent: userAgent,
      ended_at: null,
      ended: null,
    })
    .execute();
  return id;
}

export async function renewSession(
  tx: WriteDb,
  id: string,
  { address, userAgent }: Visitor,
  now: number,
  expiresAt: number,
): Promise<void> {
  await tx
    .updateTable('admin_session')
    .set({ renewed_at: now, expires_at: expiresAt, address, user_agent: userAgent })
    .where('id', '=', id)
    .execute();
}

export async function steppedUp(tx: WriteDb, id: string, now: number): Promise<void> {
  await tx.updateTable('admin_session').set({ stepped_up_at: now }).where('id', '=', id).execute();
}

/** Ends sessions that have not ended yet, with what their credentials were. */
export async function endSessions(
  tx: WriteDb,
  which: { id: string } | { accountId: string },
  ended: SessionEnd,
  now: number,
): Promise<void> {
  const ending = 'id' in which ? (['id', which.id] as const) : (['account_id', which.accountId] as const);
  await tx
    .deleteFrom('admin_credential')
    .where('session_id', 'in', (db) =>
      db.selectFrom('admin_session').select('admin_session.id').where(ending[0], '=', ending[1]),
    )
    .execute();
  await tx
    .updateTable('admin_session')
    .set({ ended, ended_at: now })
    .where(ending[0], '=', ending[1])
    .where('ended_at', 'is', null)
    .execute();
}

export async function keepCredential(
  tx: WriteDb,
  sessionId: string,
  kind: CredentialKind,
  credential: string,
  expiresAt: number,
): Promise<void> {
  await tx
    .insertInto('admin_credential')
    .values({
      hash: hashCredential(credential),
      session_id: sessionId,
      kind,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute();
}

/** The session of a credential that has not expired, where its account is active; undefined for any other. */
export const findByCredential = (db: ReadDb, kind: CredentialKind, credential: string, now: number) =>
  withAccount(db)
    .innerJoin('admin_credential', 'admin_credential.session_id', 'admin_session.id')
    .select([
      'admin_session.id as sessionId',
      'admin_session.stepped_up_at as steppedUpAt',
      'admin_account.id as accountId',
      'admin_account.name as name',
      'admin_account.role as role',
      'admin_account.password_hash as passwordHash',
      'admin_credential.used_at as usedAt',
    ])
    .where('admin_credential.hash', '=', hashCredential(credential))
    .where('admin_credential.kind', '=', kind)
    .where('admin_credential.expires_at', '>', now)
    .where('admin_session.ended_at', 'is', null)
    .where('admin_account.active', '=', 1)
    .executeTakeFirst();

export async function markUsed(tx: WriteDb, credential: string, now: number): Promise<void> {
  await tx
    .updateTable('admin_credential')
    .set({ used_at: now })
    .where('hash', '=', hashCredential(credential))
    .execute();
}

/** Forgets what has expired and is listed no longer. */
export async function forgetOld(tx: WriteDb, now: number): Promise<void> {
  await tx.deleteFrom('admin_credential').where('expires_at', '<=', now).execute();
  await tx
    .deleteFrom('admin_session')
    .where((where) =>
      where.or([where('expires_at', '<=', now - LISTED), where('ended_at', '<=', now - LISTED)]),
    )
    .execute();
}
