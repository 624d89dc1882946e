import type { Kysely } from 'kysely';
import { runStatements } from '../statements.ts';

/**
 * Trial limits, resets of counters, and what the wall clock said: with the last a gateway that starts places the
 * log's rows in time although the clock was set meanwhile.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await runStatements(db, statements);
}

const statements = [
  `CREATE TABLE rate_limit_trial (
     target TEXT PRIMARY KEY,
     per_hour INTEGER NOT NULL CHECK (per_hour > 0),
     burst_requests INTEGER NOT NULL CHECK (burst_requests > 0),
     burst_seconds INTEGER NOT NULL CHECK (burst_seconds > 0)
   ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE limit_reset (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     target TEXT NOT NULL UNIQUE,
     boot TEXT,
     monotonic INTEGER NOT NULL,
     wall INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE clock_mark (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     boot TEXT NOT NULL,
     since INTEGER NOT NULL,
     monotonic INTEGER NOT NULL,
     wall INTEGER NOT NULL
   ) STRICT`,
];
