import type { SqliteFile } from '../../db/open.ts';

/** Requests that used a token with one of its secrets: how many, and the last of them. */
export interface TokenUse {
  tokenId: string;
  /** null: the log does not say. */
  secretId: string | null;
  /** Unix milliseconds. */
  at: number;
  address: string;
  requests: number;
}

/** Adds a use to what was collected, by its token and secret. */
export function addUse(uses: Map<string, TokenUse>, use: TokenUse): void {
  const key = `${use.tokenId} ${use.secretId}`;
  const known = uses.get(key);
  if (known === undefined) {
    uses.set(key, use);
    return;
  }
  known.requests += use.requests;
  if (use.at > known.at) {
    known.at = use.at;
    known.address = use.address;
  }
}

/**
 * Records when and from where tokens and their secrets were last used, in the caller's transaction. These only ever
 * move forward, so a late one does no harm; the requests of a secret are added up, so each use is to come once.
 */
export function recordTokenUse(file: SqliteFile, uses: Iterable<TokenUse>): void {
  const token = file.prepare(
    `INSERT INTO token_use (token_id, last_used_at, last_address) VALUES (?, ?, ?)
     ON CONFLICT (token_id) DO UPDATE SET last_used_at = excluded.last_used_at, last_address = excluded.last_address
     WHERE excluded.last_used_at > last_used_at`,
  );
  const secret = file.prepare(
    `INSERT INTO secret_use (secret_id, last_used_at, last_address, requests) VALUES (?, ?, ?, ?)
     ON CONFLICT (secret_id) DO UPDATE SET requests = requests + excluded.requests,
       last_used_at = max(last_used_at, excluded.last_used_at),
       last_address = iif(excluded.last_used_at > last_used_at, excluded.last_address, last_address)`,
  );
  for (const { tokenId, secretId, at, address, requests } of uses) {
    token.run(tokenId, at, address);
    if (secretId !== null) secret.run(secretId, at, address, requests);
  }
}
