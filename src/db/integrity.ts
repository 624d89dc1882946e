import Database from 'better-sqlite3';
import { openSqlite } from './open.ts';

/** What SQLite finds wrong with a database, in a few words; null where it is whole. */
export function whatIsDamaged(path: string): string | null {
  try {
    const file = openSqlite(path, { readonly: true });
    try {
      const found = file.pragma('integrity_check(1)', { simple: true }) as string;
      return found === 'ok' ? null : found;
    } finally {
      file.close();
    }
  } catch (thrown) {
    if (thrown instanceof Database.SqliteError) return thrown.message;
    throw thrown;
  }
}
