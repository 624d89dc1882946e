import { type Kysely, sql } from 'kysely';

/** The functions that our SQL calls: on SQLite they are there, or every open adds them. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // As `fold` in db/open.ts; the database's own rules may know ASCII only.
  `CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT lower(normalize($1, NFC) COLLATE "und-x-icu") $$`,
  // As SQLite's, over an array of texts; its argument is cast to text, so that it is not taken for Postgres's own.
  `CREATE FUNCTION json_each(text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT jsonb_array_elements_text($1::jsonb) $$`,
  `CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT strpos($1, $2) $$`,
];
