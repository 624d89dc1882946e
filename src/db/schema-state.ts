import { migrations } from './migrations/index.ts';
import { kyselyOver, migrate, openSqlite, type SqliteFile } from './open.ts';
import type { Schema } from './schema.ts';

/** How far the schema of a main file is. */
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

/** Makes what is pending, all or nothing. @throws Fault `file.invalid` where that fails */
export async function bringUpToDate(path: string): Promise<void> {
  const db = kyselyOver<Schema>(openSqlite(path));
  try {
    await migrate(db, path);
  } finally {
    await db.destroy();
  }
}
