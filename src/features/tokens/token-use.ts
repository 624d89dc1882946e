import type { SqliteFile } from '../../db/open.ts';

/** A request that used a token. */
export interface TokenUse {
  tokenId: string;
  /** Unix milliseconds. */
  at: number;
  address: string;
}

/**
 * Records when and from where tokens were last used, in the caller's transaction. Only ever moves forward, so it
 * does no harm to record a use twice or late.
 */
export function recordTokenUse(file: SqliteFile, uses: Iterable<TokenUse>): void {
  const upsert = file.prepare(
    `INSERT INTO token_use (token_id, last_used_at, last_address) VALUES (?, ?, ?)
     ON CONFLICT (token_id) DO UPDATE SET last_used_at = excluded.last_used_at, last_address = excluded.last_address
     WHERE excluded.last_used_at > last_used_at`,
  );
  for (const use of uses) upsert.run(use.tokenId, use.at, use.address);
}
