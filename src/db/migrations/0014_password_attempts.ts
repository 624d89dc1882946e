import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** Wrong passwords of the last minutes, for all processes that let somebody sign in to the instance. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, [
    `CREATE TABLE password_attempt (
       id INTEGER PRIMARY KEY AUTOINCREMENT,
       account TEXT NOT NULL,
       network TEXT NOT NULL,
       at INTEGER NOT NULL
     ) STRICT`,
    'CREATE INDEX password_attempt_account ON password_attempt (account, at)',
    'CREATE INDEX password_attempt_network ON password_attempt (network, at)',
    'CREATE INDEX password_attempt_at ON password_attempt (at)',
  ]);
}
