import type { ClientBase } from 'pg';
import { LOCKS } from '../../db/postgres.ts';
import type { Rehash } from './rehash-secrets.ts';

/** As `rehashSecrets`, in the transaction of a client of Postgres. */
export async function rehashSecretsLater(
  client: ClientBase,
  rehashes: readonly Rehash[],
  at: number,
): Promise<void> {
  // A change of the policy: those follow each other.
  await client.query(`SELECT pg_advisory_xact_lock(${LOCKS.change})`);
  await client.query(
    `WITH moved AS (
       UPDATE token_secret s SET hash = r.hash, key_id = r.key_id
       FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[]) AS r (secret_id, from_key_id, key_id, hash)
       WHERE s.id = r.secret_id AND s.key_id = r.from_key_id
         AND EXISTS (SELECT 1 FROM setting WHERE name = 'key.id' AND value = r.key_id)
       RETURNING s.token_id
     )
     INSERT INTO policy_change (kind, entity, at) SELECT 'token', token_id, $5 FROM moved`,
    [
      rehashes.map((one) => one.secretId),
      rehashes.map((one) => one.fromKeyId),
      rehashes.map((one) => one.keyId),
      rehashes.map((one) => Buffer.from(one.hash)),
      at,
    ],
  );
}
