import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** Admin accounts and the sessions that signing in with them opens. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  `CREATE TABLE admin_account (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL UNIQUE,
     role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'auditor')),
     active INTEGER NOT NULL CHECK (active IN (0, 1)),
     password_hash TEXT NOT NULL,
     password_set_at INTEGER NOT NULL,
     created_at INTEGER NOT NULL,
     created_by TEXT NOT NULL,
     last_sign_in_at INTEGER
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE admin_session (
     id TEXT PRIMARY KEY,
     account_id TEXT NOT NULL REFERENCES admin_account (id) ON DELETE CASCADE,
     created_at INTEGER NOT NULL,
     renewed_at INTEGER NOT NULL,
     expires_at INTEGER NOT NULL,
     stepped_up_at INTEGER NOT NULL,
     address TEXT NOT NULL,
     user_agent TEXT NOT NULL,
     ended_at INTEGER,
     ended TEXT CHECK (ended IN ('signed-out', 'revoked', 'reused', 'disabled', 'password')),
     CHECK ((ended_at IS NULL) = (ended IS NULL))
   ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX admin_session_account ON admin_session (account_id)',
  `CREATE TABLE admin_credential (
     hash TEXT PRIMARY KEY,
     session_id TEXT NOT NULL REFERENCES admin_session (id) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
     expires_at INTEGER NOT NULL,
     used_at INTEGER
   ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX admin_credential_session ON admin_credential (session_id)',
];
