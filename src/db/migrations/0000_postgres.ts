import { type Kysely, sql } from 'kysely';

/** The functions that our SQL calls: on SQLite they are there, or every open adds them. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // As `fold` in db/open.ts; the database's own rules may know ASCII only.
  `CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT lower(normalize($1, NFC) COLLATE "und-x-icu") $$`,
  `CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT strpos($1, $2) $$`,
  // As SQLite's, as far as we use it: the texts of a JSON list as rows. Postgres's own takes `json`.
  `CREATE FUNCTION json_each(text) RETURNS TABLE (value text) LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
     AS $$ SELECT json_array_elements_text($1::json) $$`,
];
