import { migrations } from './migrations/index.ts';
import { migrate, openDatabase, openSqlite, type SqliteFile } from './open.ts';
import { type DatabaseAddress, withoutPassword } from './place.ts';

/** How far an instance's schema is. */
export interface SchemaState {
  /** The newest migration that was made; null: none yet. */
  readonly at: string | null;
  /** Those that this version would make, oldest first. */
  readonly pending: readonly string[];
}

/** @param file an open main file that checkFile has let pass */
export function schemaStateOf(file: SqliteFile): SchemaState {
  const known = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'kysely_migration'").get();
  const done = known
    ? (file.prepare('SELECT name FROM kysely_migration ORDER BY name').pluck().all() as string[])
    : [];
  return {
    at: done.at(-1) ?? null,
    pending: Object.keys(migrations).filter((name) => !done.includes(name)),
  };
}

export function readSchemaState(path: string): SchemaState {
  const file = openSqlite(path, { readonly: true });
  try {
    return schemaStateOf(file);
  } finally {
    file.close();
  }
}

/** Makes what is pending, all or nothing. @throws Fault `file.invalid` or `database.invalid` where that fails */
export async function bringUpToDate(database: DatabaseAddress): Promise<void> {
  const db = openDatabase(database);
  try {
    await migrate(db, database.engine === 'sqlite' ? database.file : withoutPassword(database.url));
  } finally {
    await db.destroy();
  }
}
