import type { ReadDb, WriteDb } from '../../db/open.ts';
import type { Token } from './contract.ts';

/** The secrets of these tokens, the current one first. Those that the demo's traffic borrows are not among them. */
export async function secretsOf(db: ReadDb, ids: readonly string[]): Promise<Map<string, Token['secrets']>> {
  const rows = await db
    .selectFrom('token_secret')
    .leftJoin('secret_use', 'secret_use.secret_id', 'token_secret.id')
    .select(['id', 'token_id', 'prefix', 'created_at', 'valid_until', 'key_id'])
    .select(['last_used_at', 'last_address', 'requests'])
    .where('token_id', 'in', ids)
    .where('purpose', '=', 'client')
    .orderBy(({ eb }) => eb('valid_until', 'is not', null))
    .execute();
  const found = new Map<string, Token['secrets']>();
  for (const row of rows) {
    const secrets = found.get(row.token_id) ?? [];
    found.set(row.token_id, secrets);
    secrets.push({
      id: row.id,
      prefix: row.prefix,
      createdAt: new Date(row.created_at),
      validUntil: row.valid_until === null ? null : new Date(row.valid_until),
      keyId: row.key_id,
      lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
      lastAddress: row.last_address,
      requests: row.requests ?? 0,
    });
  }
  return found;
}

/** A new secret's row; times in Unix milliseconds. */
export interface NewSecret {
  id: string;
  hash: Buffer;
  keyId: string;
  prefix: string;
  createdAt: number;
}

/** Makes this the token's current secret; `outdateSecret` has put an end to the one before. */
export async function insertSecret(tx: WriteDb, tokenId: string, secret: NewSecret): Promise<void> {
  await tx
    .insertInto('token_secret')
    .values({
      id: secret.id,
      hash: secret.hash,
      key_id: secret.keyId,
      token_id: tokenId,
      prefix: secret.prefix,
      created_at: secret.createdAt,
      valid_until: null,
      purpose: 'client',
    })
    .execute();
}

/**
 * Puts an end to the token's current secret, in place of the one that was on its way out before, and counts its
 * requests from now on. @param validUntil Unix milliseconds
 */
export async function outdateSecret(tx: WriteDb, tokenId: string, validUntil: number): Promise<void> {
  const ofToken = tx
    .selectFrom('token_secret')
    .select('id')
    .where('token_id', '=', tokenId)
    .where('purpose', '=', 'client');
  const last = (await ofToken.where('valid_until', 'is not', null).execute()).map((row) => row.id);
  await tx.deleteFrom('token_secret').where('id', 'in', last).execute();
  await tx.deleteFrom('secret_use').where('secret_id', 'in', last).execute();
  await tx.updateTable('secret_use').set({ requests: 0 }).where('secret_id', 'in', ofToken).execute();
  await tx
    .updateTable('token_secret')
    .set({ valid_until: validUntil })
    .where('token_id', '=', tokenId)
    .where('purpose', '=', 'client')
    .execute();
}

/** The rotated-out secret is valid until then at the latest. @param validUntil Unix milliseconds */
export async function shortenOverlap(tx: WriteDb, tokenId: string, validUntil: number): Promise<void> {
  await tx
    .updateTable('token_secret')
    .set({ valid_until: validUntil })
    .where('token_id', '=', tokenId)
    .where('purpose', '=', 'client')
    .where('valid_until', '>', validUntil)
    .execute();
}
