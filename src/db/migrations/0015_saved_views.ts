import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** Views of the log that were given a name. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, [
    `CREATE TABLE saved_view (
       id TEXT PRIMARY KEY,
       name TEXT NOT NULL COLLATE NOCASE UNIQUE,
       query TEXT NOT NULL,
       range TEXT,
       columns TEXT,
       created_by TEXT NOT NULL,
       created_at INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID`,
  ]);
}
