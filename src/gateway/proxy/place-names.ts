import type { Pool } from 'pg';
import { SECOND } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { isDatabaseAway } from '../../db/postgres-faults.ts';
import { type Reads, readLater, rowsOf } from '../../db/reads.ts';

/** The kinds of places, as their tables are called. */
export const PLACE_TABLES = ['business_unit', 'location', 'user_group'] as const;
export type PlaceTable = (typeof PLACE_TABLES)[number];

/** What places are called. */
export interface PlaceNames {
  nameOf(table: PlaceTable, id: string): string | undefined;
  /** Another one after each change. */
  version(): number;
}

/** @param dataVersion another one after each commit */
export function namesInFile(file: SqliteFile, dataVersion: () => number): PlaceNames {
  const statements = new Map(
    PLACE_TABLES.map((table) => [
      table,
      file.prepare<[string], string>(`SELECT name FROM ${table} WHERE id = ?`).pluck(),
    ]),
  );
  return { nameOf: (table, id) => statements.get(table)?.get(id), version: dataVersion };
}

/** Names are read anew so often. No right follows from them. */
const READ_EVERY = 5 * SECOND;

export interface FollowedNames extends PlaceNames {
  close(): void;
}

/** Has the names of a Postgres database in memory: they are asked for between two requests. */
export async function followNames(pool: Pool, onFailure: (cause: unknown) => void): Promise<FollowedNames> {
  let names = await readLater(pool, readNames());
  let version = 0;
  let reading = false;
  const readAgain = async (): Promise<void> => {
    try {
      const read = await readLater(pool, readNames());
      if (isSame(read, names)) return;
      names = read;
      version += 1;
    } catch (thrown) {
      // Of a database that is away whoever follows the policy tells.
      if (!isDatabaseAway(thrown)) onFailure(thrown);
    }
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void readAgain().finally(() => {
      reading = false;
    });
  }, READ_EVERY).unref();
  return {
    nameOf: (table, id) => names.get(`${table} ${id}`),
    version: () => version,
    close: () => clearInterval(timer),
  };
}

/** By table and id. */
function* readNames(): Reads<Map<string, string>> {
  const names = new Map<string, string>();
  for (const table of PLACE_TABLES)
    for (const { id, name } of yield* rowsOf<{ id: string; name: string }>(`SELECT id, name FROM ${table}`))
      names.set(`${table} ${id}`, name);
  return names;
}

const isSame = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean =>
  one.size === other.size && [...one].every(([key, name]) => other.get(key) === name);
