import { isIP } from 'node:net';
import { type Kysely, sql } from 'kysely';

/**
 * On Postgres: what queries compare of a row, in columns of their own beside the whole record; which values some of them
 * have, in a short table; and in which order rows came.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await fill(db);
}

const statements = [
  // Texts that are searched are in capitals; `ip` is null where the address is none.
  `ALTER TABLE request
     ADD COLUMN token_name TEXT COLLATE "C" NOT NULL DEFAULT '',
     ADD COLUMN user_id TEXT COLLATE "C",
     ADD COLUMN user_name TEXT COLLATE "C" NOT NULL DEFAULT '',
     ADD COLUMN method TEXT COLLATE "C" NOT NULL DEFAULT '',
     ADD COLUMN address TEXT COLLATE "C" NOT NULL DEFAULT '',
     ADD COLUMN ip INET,
     ADD COLUMN duration_ms DOUBLE PRECISION NOT NULL DEFAULT 0,
     ADD COLUMN bytes_in BIGINT NOT NULL DEFAULT 0,
     ADD COLUMN bytes_out BIGINT NOT NULL DEFAULT 0,
     ADD COLUMN path TEXT COLLATE "C" NOT NULL DEFAULT '',
     ADD COLUMN agent TEXT COLLATE "C" NOT NULL DEFAULT ''`,
  'CREATE INDEX request_user ON request (user_id, day, id) WHERE user_id IS NOT NULL',
  'CREATE INDEX request_address ON request (address, day, id)',
  // A tag is found by its endpoints.
  'DROP INDEX request_tag',
  // Which values a column has, with their names at the time: of 'token', 'user', 'endpoint' (its tag) and 'reason'.
  `CREATE TABLE request_value (
     field TEXT COLLATE "C" NOT NULL,
     value TEXT COLLATE "C" NOT NULL,
     label TEXT COLLATE "C" NOT NULL,
     value_folded TEXT COLLATE "C" NOT NULL,
     label_folded TEXT COLLATE "C" NOT NULL,
     PRIMARY KEY (field, value, label)
   )`,
  'CREATE INDEX request_value_folded ON request_value (field, value_folded)',
  'CREATE INDEX request_label_folded ON request_value (field, label_folded)',
  // Which rows came with each of the last commits, in the order of those; see features/logs/postgres/arrivals.ts.
  `CREATE TABLE request_arrival (
     seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at BIGINT NOT NULL,
     day INTEGER NOT NULL,
     ids BIGINT[] NOT NULL
   )`,
];

interface Stored {
  day: number;
  id: number;
  detail: string;
}

/** The part of a record that the columns are made of. */
interface Head {
  requestId: string;
  tokenId: string | null;
  tokenName: string | null;
  userId: string | null;
  userName: string | null;
  method: string;
  address: string;
  durationMs: number;
  bytesIn: number;
  bytesOut: number;
  path: string;
  query: string;
  userAgent: string;
}

const BATCH = 2_000;

const searched = (text: string): string => text.toUpperCase().replaceAll('\0', '\ufffd');

/** Fills the columns of the rows that there are, a batch at a time. */
async function fill(db: Kysely<never>): Promise<void> {
  for (let [day, id] = [-1, -1]; ; ) {
    const { rows } = await sql<Stored>`
      SELECT day, id, detail FROM request WHERE (day, id) > (${day}, ${id})
      ORDER BY day, id LIMIT ${BATCH}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) break;
    [day, id] = [last.day, last.id];
    const heads = rows.map(({ detail }) => JSON.parse(detail) as Head);
    const column = <T>(of: (head: Head) => T): T[] => heads.map(of);
    await sql`
      UPDATE request r SET token_name = v.token_name, user_id = v.user_id, user_name = v.user_name,
        method = v.method, address = v.address, duration_ms = v.duration_ms, bytes_in = v.bytes_in,
        bytes_out = v.bytes_out, path = v.path, agent = v.agent, ip = v.ip::inet
      FROM unnest(
        ${rows.map((row) => row.day)}::int[], ${rows.map((row) => row.id)}::bigint[],
        ${column((one) => one.tokenName ?? '')}::text[], ${column((one) => one.userId)}::text[],
        ${column((one) => one.userName ?? '')}::text[], ${column((one) => one.method ?? '')}::text[],
        ${column((one) => one.address)}::text[], ${column((one) => one.durationMs)}::float8[],
        ${column((one) => one.bytesIn ?? 0)}::bigint[], ${column((one) => one.bytesOut ?? 0)}::bigint[],
        ${column((one) => searched(one.query ? `${one.path}?${one.query}` : (one.path ?? '')))}::text[],
        ${column((one) => searched(one.userAgent ?? ''))}::text[],
        ${column(({ address }) => (isIP(address) > 0 && !address.includes('%') ? address : null))}::text[]
      ) AS v (day, id, token_name, user_id, user_name, method, address, duration_ms, bytes_in, bytes_out, path,
        agent, ip)
      WHERE r.day = v.day AND r.id = v.id`.execute(db);
  }
  await sql
    .raw(
      `INSERT INTO request_value
       SELECT field, value, label, upper(value COLLATE "und-x-icu"), upper(label COLLATE "und-x-icu") FROM (
         SELECT DISTINCT 'token' AS field, token_id AS value, token_name AS label FROM request WHERE token_id IS NOT NULL
         UNION ALL
         SELECT DISTINCT 'user', user_id, user_name FROM request WHERE user_id IS NOT NULL
         UNION ALL
         SELECT DISTINCT 'endpoint', endpoint, coalesce(tag, '') FROM request WHERE endpoint IS NOT NULL
         UNION ALL
         SELECT DISTINCT 'reason', reason, '' FROM request WHERE reason IS NOT NULL
       ) AS known`,
    )
    .execute(db);
}
