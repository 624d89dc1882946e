import { type Kysely, sql } from 'kysely';

/**
 * On Postgres: the gateways that serve the instance, and word to all of them of each change of the policy. `number`
 * tells their log rows apart and is never given again; `seen_at` is when a gateway last said that it runs.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `CREATE TABLE gateway (
     id TEXT PRIMARY KEY,
     number BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
     host TEXT NOT NULL,
     pid BIGINT NOT NULL,
     address TEXT,
     started_at BIGINT NOT NULL,
     seen_at BIGINT NOT NULL,
     stopped_at BIGINT,
     policy_version BIGINT NOT NULL,
     limits TEXT NOT NULL CHECK (limits IN ('own', 'shared', 'suspended', 'unavailable'))
   )`,
  `CREATE FUNCTION policy_changed() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       PERFORM pg_notify('gatehouse_policy', '');
       RETURN NULL;
     END $$`,
  `CREATE TRIGGER policy_changed AFTER INSERT ON policy_change FOR EACH STATEMENT EXECUTE FUNCTION policy_changed()`,
];
