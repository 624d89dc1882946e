import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/**
 * What a report was computed over and whom a notification reached, so that a narrower token is not shown more
 * than its own rows. A report from before this counts as computed over everything.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  `ALTER TABLE report ADD COLUMN covers TEXT NOT NULL
     DEFAULT '{"businessUnits":null,"locations":null,"userGroups":null}'`,
  `CREATE TABLE notification_recipient (
     notification_id TEXT NOT NULL REFERENCES notification (id) ON DELETE CASCADE,
     employee_id TEXT NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
     PRIMARY KEY (notification_id, employee_id)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX notification_recipient_employee ON notification_recipient (employee_id)`,
];
