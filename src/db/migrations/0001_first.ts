import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/** The first schema. STRICT tables: a value of the wrong type is refused by the database. */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const place = (name: string) =>
  `CREATE TABLE ${name} (id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE) STRICT, WITHOUT ROWID`;

const statements = [
  `CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  `CREATE TABLE policy_change (
     version INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, entity TEXT NOT NULL, at INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE gateway_process (
     id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, address TEXT, started_at INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE journal_position (
     reader TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,

  place('business_unit'),
  place('location'),
  place('user_group'),

  `CREATE TABLE user (
     id TEXT PRIMARY KEY,
     email TEXT NOT NULL COLLATE NOCASE UNIQUE,
     name TEXT NOT NULL,
     access TEXT NOT NULL CHECK (access IN ('read', 'write')),
     active INTEGER NOT NULL CHECK (active IN (0, 1)),
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE user_restriction (
     user_id TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('businessUnit', 'location', 'userGroup')),
     place_id TEXT NOT NULL,
     PRIMARY KEY (user_id, kind, place_id)
   ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE token (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     user_id TEXT NOT NULL REFERENCES user (id),
     scope TEXT NOT NULL CHECK (scope IN ('read-only', 'full', 'limited')),
     active INTEGER NOT NULL CHECK (active IN (0, 1)),
     note TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     created_by TEXT NOT NULL,
     expires_at INTEGER,
     revoked_at INTEGER,
     revoked_by TEXT
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX token_user ON token (user_id)`,
  `CREATE TABLE token_secret (
     hash BLOB PRIMARY KEY,
     key_id TEXT NOT NULL,
     token_id TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,
     prefix TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     valid_until INTEGER
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX token_secret_token ON token_secret (token_id)`,
  `CREATE TABLE token_endpoint (
     token_id TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('tag', 'operation')),
     target TEXT NOT NULL,
     access TEXT NOT NULL CHECK (access IN ('read', 'write')),
     PRIMARY KEY (token_id, kind, target)
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE token_restriction (
     token_id TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,
     kind TEXT NOT NULL CHECK (kind IN ('businessUnit', 'location', 'userGroup')),
     place_id TEXT NOT NULL,
     PRIMARY KEY (token_id, kind, place_id)
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE token_use (
     token_id TEXT PRIMARY KEY, last_used_at INTEGER NOT NULL, last_address TEXT NOT NULL
   ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE rate_limit (
     target TEXT PRIMARY KEY,
     per_hour INTEGER NOT NULL CHECK (per_hour > 0),
     burst_requests INTEGER NOT NULL CHECK (burst_requests > 0),
     burst_seconds INTEGER NOT NULL CHECK (burst_seconds > 0)
   ) STRICT, WITHOUT ROWID`,
  `INSERT INTO rate_limit VALUES ('default', 10000, 100, 10)`,

  `CREATE TABLE ip_rule (
     id TEXT PRIMARY KEY,
     range TEXT NOT NULL,
     label TEXT NOT NULL,
     all_tokens INTEGER NOT NULL CHECK (all_tokens IN (0, 1)),
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE ip_rule_token (
     rule_id TEXT NOT NULL REFERENCES ip_rule (id) ON DELETE CASCADE,
     token_id TEXT NOT NULL REFERENCES token (id) ON DELETE CASCADE,
     PRIMARY KEY (rule_id, token_id)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX ip_rule_token_token ON ip_rule_token (token_id)`,

  `CREATE TABLE employee (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     email TEXT NOT NULL COLLATE NOCASE UNIQUE,
     position TEXT NOT NULL,
     status TEXT NOT NULL CHECK (status IN ('active', 'inactive')),
     business_unit_id TEXT NOT NULL REFERENCES business_unit (id),
     location_id TEXT NOT NULL REFERENCES location (id),
     created_at INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE employee_group (
     employee_id TEXT NOT NULL REFERENCES employee (id) ON DELETE CASCADE,
     group_id TEXT NOT NULL REFERENCES user_group (id),
     PRIMARY KEY (employee_id, group_id)
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX employee_group_group ON employee_group (group_id)`,
  `CREATE TABLE shift (
     id TEXT PRIMARY KEY,
     employee_id TEXT NOT NULL REFERENCES employee (id),
     business_unit_id TEXT NOT NULL REFERENCES business_unit (id),
     location_id TEXT NOT NULL REFERENCES location (id),
     start_at INTEGER NOT NULL,
     end_at INTEGER NOT NULL CHECK (end_at > start_at),
     status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'completed', 'cancelled')),
     note TEXT NOT NULL
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX shift_start ON shift (start_at)`,
  `CREATE INDEX shift_employee ON shift (employee_id, start_at)`,
  `CREATE INDEX shift_location ON shift (location_id, start_at)`,
  `CREATE TABLE attendance (
     id TEXT PRIMARY KEY,
     shift_id TEXT REFERENCES shift (id) ON DELETE SET NULL,
     employee_id TEXT NOT NULL REFERENCES employee (id),
     business_unit_id TEXT NOT NULL REFERENCES business_unit (id),
     location_id TEXT NOT NULL REFERENCES location (id),
     clock_in_at INTEGER NOT NULL,
     clock_out_at INTEGER
   ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX attendance_clock_in ON attendance (clock_in_at)`,
  `CREATE INDEX attendance_shift ON attendance (shift_id)`,
  `CREATE TABLE report (
     id TEXT PRIMARY KEY,
     kind TEXT NOT NULL CHECK (kind IN ('hours', 'attendance', 'headcount')),
     from_at INTEGER NOT NULL,
     to_at INTEGER NOT NULL,
     business_unit_id TEXT REFERENCES business_unit (id),
     location_id TEXT REFERENCES location (id),
     created_at INTEGER NOT NULL,
     result TEXT NOT NULL
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE notification (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     body TEXT NOT NULL,
     business_unit_id TEXT NOT NULL REFERENCES business_unit (id),
     location_id TEXT NOT NULL REFERENCES location (id),
     sent_at INTEGER NOT NULL,
     recipients INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID`,
];
