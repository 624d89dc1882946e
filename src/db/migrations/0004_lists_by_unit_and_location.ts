import { type Kysely, sql } from 'kysely';

/** A unit and a location may each have many rows and hardly one together: a page of both is read from an index of both. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  'CREATE INDEX shift_place ON shift (business_unit_id, location_id, start_at)',
  'CREATE INDEX attendance_place ON attendance (business_unit_id, location_id, clock_in_at)',
];
