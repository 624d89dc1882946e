import { type Kysely, sql } from 'kysely';

/**
 * On Postgres: the request log, a partition a UTC day (made when its first row comes), its roll-ups, and what their
 * writers know. Every gateway brings its own journal in; how far it has come is in `journal_position`, by its id.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** As features/usage/usage-file.ts describes; texts compare byte by byte, which is what look-ups in order need. */
const rollUp = (name: string) => `CREATE TABLE ${name} (
  token_id TEXT COLLATE "C" NOT NULL,
  bucket BIGINT NOT NULL,
  endpoint TEXT COLLATE "C" NOT NULL,
  tag TEXT COLLATE "C" NOT NULL,
  status INTEGER NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  count BIGINT NOT NULL,
  duration_us BIGINT NOT NULL,
  PRIMARY KEY (token_id, bucket, endpoint, tag, status, reason)
)`;

const statements = [
  // A day is its number since 1970. Ids are in the order of time, as those of a day's file, and tell gateways apart.
  `CREATE TABLE request (
     day INTEGER NOT NULL,
     id BIGINT NOT NULL,
     gateway BIGINT NOT NULL,
     token_id TEXT COLLATE "C",
     endpoint TEXT COLLATE "C",
     tag TEXT COLLATE "C",
     status INTEGER NOT NULL,
     reason TEXT COLLATE "C",
     counted BOOLEAN NOT NULL,
     detail TEXT NOT NULL,
     PRIMARY KEY (day, id)
   ) PARTITION BY RANGE (day)`,
  `CREATE INDEX request_token ON request (token_id, day, id) INCLUDE (counted) WHERE token_id IS NOT NULL`,
  `CREATE INDEX request_endpoint ON request (endpoint, day, id) WHERE endpoint IS NOT NULL`,
  `CREATE INDEX request_tag ON request (tag, day, id) WHERE tag IS NOT NULL`,
  `CREATE INDEX request_reason ON request (reason, day, id) WHERE reason IS NOT NULL`,
  // Nearly all is 200.
  `CREATE INDEX request_status ON request (status, day, id) WHERE status <> 200`,
  `CREATE INDEX request_class ON request ((status / 100), day, id) WHERE status <> 200`,
  `CREATE TABLE seen (
     day INTEGER NOT NULL,
     token_id TEXT COLLATE "C" NOT NULL,
     address TEXT COLLATE "C" NOT NULL,
     token_name TEXT NOT NULL,
     requests BIGINT NOT NULL,
     last_seen BIGINT NOT NULL,
     PRIMARY KEY (day, token_id, address)
   )`,
  rollUp('minute'),
  rollUp('quarter'),
  `CREATE TABLE trial_refusal (
     bucket BIGINT NOT NULL,
     token_id TEXT COLLATE "C" NOT NULL,
     refused_by TEXT COLLATE "C" NOT NULL,
     count BIGINT NOT NULL,
     PRIMARY KEY (bucket, token_id, refused_by)
   )`,
  // Streamed answers that have begun and not ended, by the gateway that gives them.
  `CREATE TABLE open_answer (
     gateway TEXT COLLATE "C" NOT NULL,
     request_id TEXT COLLATE "C" NOT NULL,
     segment BIGINT NOT NULL,
     "offset" BIGINT NOT NULL,
     json TEXT NOT NULL,
     PRIMARY KEY (gateway, request_id)
   )`,
];
