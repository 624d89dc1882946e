import type { ClientBase } from 'pg';
import type { TokenUse } from './token-use.ts';

/** As `recordTokenUse`, in the transaction of a client of Postgres. */
export async function recordTokenUseLater(client: ClientBase, uses: readonly TokenUse[]): Promise<void> {
  if (uses.length === 0) return;
  const last = new Map<string, TokenUse>();
  for (const use of uses) {
    const known = last.get(use.tokenId);
    if (known === undefined || use.at > known.at) last.set(use.tokenId, use);
  }
  const tokens = [...last.values()];
  await client.query({
    name: 'token use',
    text: `INSERT INTO token_use AS known (token_id, last_used_at, last_address)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])
      ON CONFLICT (token_id) DO UPDATE
      SET last_used_at = excluded.last_used_at, last_address = excluded.last_address
      WHERE excluded.last_used_at > known.last_used_at`,
    values: [tokens.map((one) => one.tokenId), tokens.map((one) => one.at), tokens.map((one) => one.address)],
  });
  const secrets = uses.filter(({ secretId }) => secretId !== null);
  if (secrets.length === 0) return;
  await client.query({
    name: 'secret use',
    text: `INSERT INTO secret_use AS known (secret_id, last_used_at, last_address, requests)
      SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[])
      ON CONFLICT (secret_id) DO UPDATE SET requests = known.requests + excluded.requests,
        last_used_at = greatest(known.last_used_at, excluded.last_used_at),
        last_address = CASE WHEN excluded.last_used_at > known.last_used_at
          THEN excluded.last_address ELSE known.last_address END`,
    values: [
      secrets.map((one) => one.secretId),
      secrets.map((one) => one.at),
      secrets.map((one) => one.address),
      secrets.map((one) => one.requests),
    ],
  });
}
