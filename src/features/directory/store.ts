import { sql } from 'kysely';
import { Fault } from '../../base/faults.ts';
import type { Restrictions } from '../../base/shapes.ts';
import { fold, type ReadDb, type WriteDb } from '../../db/open.ts';
import type { Access } from '../../db/schema.ts';
import { isPostgres } from '../../db/statements.ts';
import type { User } from './contract.ts';
import { restrictionRows } from './places.ts';
import { restrictionsOf } from './policy-rows.ts';

/** Every user by name, each with the number of tokens that are not revoked; or only the one with `id`. */
export async function listUsers(db: ReadDb, id?: string): Promise<User[]> {
  let query = db
    .selectFrom('user')
    .selectAll()
    .select(({ selectFrom, fn }) =>
      selectFrom('token')
        .select(fn.countAll<number>().as('tokens'))
        .whereRef('token.user_id', '=', 'user.id')
        .where('token.revoked_at', 'is', null)
        .as('tokens'),
    );
  let places = db.selectFrom('user_restriction').selectAll();
  if (id !== undefined) {
    query = query.where('id', '=', id);
    places = places.where('user_id', '=', id);
  }
  const placesOf = Map.groupBy(await places.execute(), (row) => row.user_id);
  const collator = new Intl.Collator('en');
  return (await query.execute())
    .map((row) => ({
      id: row.id,
      email: row.email,
      name: row.name,
      access: row.access,
      active: row.active === 1,
      restrictions: restrictionsOf(placesOf.get(row.id) ?? []),
      createdAt: new Date(row.created_at),
      tokens: row.tokens ?? 0,
    }))
    .sort((a, b) => collator.compare(a.name, b.name) || collator.compare(a.email, b.email));
}

/** Refused with `id.unknown` where there is no such user. */
export async function requireUser(db: ReadDb, id: string): Promise<User> {
  const [user] = await listUsers(db, id);
  if (!user) throw new Fault('id.unknown', { kind: 'user', id });
  return user;
}

/** A user's row, with times in Unix milliseconds. */
interface NewUser {
  id: string;
  email: string;
  name: string;
  access: Access;
  restrictions: Restrictions;
  createdAt: number;
}

/** Refused with `name.taken` where another user has the e-mail address, in whatever capitals. */
export async function insertUser(tx: WriteDb, user: NewUser): Promise<void> {
  // In SQLite the column compares without regard to capitals; Postgres has an index of it folded.
  const same = isPostgres(tx)
    ? sql<boolean>`fold(email) = ${fold(user.email)}`
    : sql<boolean>`email = ${user.email}`;
  const other = await tx.selectFrom('user').select('id').where(same).executeTakeFirst();
  if (other) throw new Fault('name.taken', { kind: 'user', name: user.email });
  const { id, email, name, access, restrictions, createdAt } = user;
  await tx.insertInto('user').values({ id, email, name, access, active: 1, created_at: createdAt }).execute();
  await putRestrictions(tx, id, restrictions);
}

export async function updateUser(
  tx: WriteDb,
  id: string,
  changes: { name?: string; access?: Access; active?: number },
): Promise<void> {
  if (Object.keys(changes).length > 0)
    await tx.updateTable('user').set(changes).where('id', '=', id).execute();
}

/** Replaces a user's restrictions. */
export async function putRestrictions(tx: WriteDb, id: string, restrictions: Restrictions): Promise<void> {
  await tx.deleteFrom('user_restriction').where('user_id', '=', id).execute();
  const rows = restrictionRows(restrictions).map((row) => ({ ...row, user_id: id }));
  if (rows.length > 0) await tx.insertInto('user_restriction').values(rows).execute();
}
