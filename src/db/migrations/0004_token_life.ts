import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/**
 * A secret has an id of its own: its hash changes when the instance's key is replaced, and its use is counted. The
 * indexes keep the promise that a token has one secret and at most one that is on its way out; a secret that the
 * demo's traffic borrows for some minutes (until now the only ones with an end) is beside them.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  `CREATE TABLE secret (
     id TEXT PRIMARY KEY,
     hash BLOB NOT NULL UNIQUE,
     key_id TEXT NOT NULL,
     token_id TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,
     prefix TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     valid_until INTEGER,
     purpose TEXT NOT NULL CHECK (purpose IN ('client', 'demo'))
   ) STRICT, WITHOUT ROWID`,
  `INSERT INTO secret
     SELECT lower(hex(randomblob(16))), hash, key_id, token_id, prefix, created_at, valid_until,
       CASE WHEN valid_until IS NULL THEN 'client' ELSE 'demo' END
     FROM token_secret`,
  `DROP TABLE token_secret`,
  `ALTER TABLE secret RENAME TO token_secret`,
  `CREATE INDEX token_secret_token ON token_secret (token_id)`,
  `CREATE INDEX token_secret_key ON token_secret (key_id)`,
  `CREATE UNIQUE INDEX token_secret_current ON token_secret (token_id)
     WHERE purpose = 'client' AND valid_until IS NULL`,
  `CREATE UNIQUE INDEX token_secret_outgoing ON token_secret (token_id)
     WHERE purpose = 'client' AND valid_until IS NOT NULL`,
  `CREATE TABLE secret_use (
     secret_id TEXT PRIMARY KEY, last_used_at INTEGER NOT NULL, last_address TEXT NOT NULL, requests INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
];
