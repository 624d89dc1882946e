import type { SqliteFile } from '../../db/open.ts';

/** A secret that was verified under an older key, hashed under the current one. */
export interface Rehash {
  readonly secretId: string;
  readonly tokenId: string;
  readonly fromKeyId: string;
  /** Of the current key, and the HMAC under it, 32 bytes. */
  readonly keyId: string;
  readonly hash: Uint8Array;
}

/**
 * Moves secrets to the current key, in the caller's transaction. One that is gone, was moved before, or whose key is
 * no longer the current one is left as it is, so it does no harm to ask twice or late.
 * @param at Unix milliseconds
 */
export function rehashSecrets(file: SqliteFile, rehashes: readonly Rehash[], at: number): void {
  const move = file.prepare(
    `UPDATE token_secret SET hash = ?, key_id = ? WHERE id = ? AND key_id = ?
     AND EXISTS (SELECT 1 FROM setting WHERE name = 'key.id' AND value = ?)`,
  );
  const changed = file.prepare(`INSERT INTO policy_change (kind, entity, at) VALUES ('token', ?, ?)`);
  for (const { secretId, tokenId, fromKeyId, keyId, hash } of rehashes)
    if (move.run(hash, keyId, secretId, fromKeyId, keyId).changes > 0) changed.run(tokenId, at);
}
