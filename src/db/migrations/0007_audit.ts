import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** The audit log. `mac` chains each entry to the one before; see features/audit/chain.ts. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  `CREATE TABLE audit_entry (
     seq INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     actor TEXT NOT NULL,
     action TEXT NOT NULL,
     subject_kind TEXT NOT NULL,
     subject_id TEXT NOT NULL,
     subject_name TEXT NOT NULL,
     before TEXT,
     after TEXT,
     key_id TEXT NOT NULL,
     mac TEXT NOT NULL
   ) STRICT`,
  'CREATE INDEX audit_entry_at ON audit_entry (at)',
  'CREATE INDEX audit_entry_actor ON audit_entry (actor, seq)',
  'CREATE INDEX audit_entry_action ON audit_entry (action, seq)',
  'CREATE INDEX audit_entry_subject ON audit_entry (subject_id, seq)',
];
