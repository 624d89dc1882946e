import type { Restrictions } from '../../base/shapes.ts';
import type { WriteDb } from '../../db/open.ts';
import type { Scope } from '../../db/schema.ts';
import { restrictionRows } from '../directory/places.ts';
import type { EndpointGrant } from './contract.ts';
import { insertSecret, type NewSecret } from './secret-store.ts';

/** A token's rows, with times in Unix milliseconds. */
export interface NewTokenRows {
  id: string;
  name: string;
  userId: string;
  scope: Scope;
  endpoints: readonly EndpointGrant[];
  restrictions: Restrictions;
  note: string;
  createdAt: number;
  createdBy: string;
  expiresAt: number | null;
  secret: NewSecret;
}

export async function insertToken(tx: WriteDb, token: NewTokenRows): Promise<void> {
  const { id, name, scope, note, secret } = token;
  await tx
    .insertInto('token')
    .values({
      id,
      name,
      user_id: token.userId,
      scope,
      active: 1,
      note,
      created_at: token.createdAt,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
      revoked_at: null,
      revoked_by: null,
    })
    .execute();
  await insertSecret(tx, id, secret);
  await insertEndpoints(tx, id, token.endpoints);
  await insertRestrictions(tx, id, token.restrictions);
}

/** Changes a token's own row. */
export async function changeToken(
  tx: WriteDb,
  id: string,
  changes: {
    name?: string;
    note?: string;
    scope?: Scope;
    expires_at?: number | null;
    active?: number;
    revoked_at?: number;
    revoked_by?: string;
  },
): Promise<void> {
  if (Object.keys(changes).length > 0)
    await tx.updateTable('token').set(changes).where('id', '=', id).execute();
}

export async function replaceEndpoints(
  tx: WriteDb,
  id: string,
  endpoints: readonly EndpointGrant[],
): Promise<void> {
  await tx.deleteFrom('token_endpoint').where('token_id', '=', id).execute();
  await insertEndpoints(tx, id, endpoints);
}

export async function replaceRestrictions(
  tx: WriteDb,
  id: string,
  restrictions: Restrictions,
): Promise<void> {
  await tx.deleteFrom('token_restriction').where('token_id', '=', id).execute();
  await insertRestrictions(tx, id, restrictions);
}

async function insertEndpoints(tx: WriteDb, id: string, endpoints: readonly EndpointGrant[]): Promise<void> {
  const rows = endpoints.map((grant) => ({ ...grant, token_id: id }));
  if (rows.length > 0) await tx.insertInto('token_endpoint').values(rows).execute();
}

async function insertRestrictions(tx: WriteDb, id: string, restrictions: Restrictions): Promise<void> {
  const rows = restrictionRows(restrictions).map((row) => ({ ...row, token_id: id }));
  if (rows.length > 0) await tx.insertInto('token_restriction').values(rows).execute();
}
