import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** An e-mail address is looked for without its capitals, in a way that both engines know. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, ['CREATE INDEX employee_email ON employee (lower(email))']);
}
