import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/**
 * The built-in API's lists are read in the gateway's own thread, in pages by time: a page of one employee, place or
 * status must cost what its rows cost, not what the table holds.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  'CREATE INDEX shift_unit ON shift (business_unit_id, start_at)',
  'CREATE INDEX shift_status ON shift (status, start_at)',
  'CREATE INDEX attendance_employee ON attendance (employee_id, clock_in_at)',
  'CREATE INDEX attendance_location ON attendance (location_id, clock_in_at)',
  'CREATE INDEX attendance_unit ON attendance (business_unit_id, clock_in_at)',
  // A unit and a location may each have many rows and hardly one together.
  'CREATE INDEX shift_place ON shift (business_unit_id, location_id, start_at)',
  'CREATE INDEX attendance_place ON attendance (business_unit_id, location_id, clock_in_at)',
];
