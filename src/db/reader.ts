import { openSqlite } from './open.ts';
import type { DatabaseAddress } from './place.ts';
import { closePool, openPool } from './postgres.ts';
import { asDatabaseFault } from './postgres-faults.ts';
import { type Reads, readLater, readNow, readSnapshot, readSnapshotNow } from './reads.ts';

/** Answers what is read now and then from an instance's database, in whichever engine it is. */
export interface Reader {
  read<T>(reads: Reads<T>): Promise<T>;
  /** As `read`, but from one state of the database. */
  snapshot<T>(reads: Reads<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * A file is opened for each answer, connections to Postgres when they are first needed.
 * @param withinMs how long a statement on Postgres may take
 */
export function openReader(database: DatabaseAddress, withinMs?: number): Reader {
  if (database.engine === 'postgres') {
    const { url } = database;
    const pool = openPool(url, 2, withinMs);
    const told = (thrown: unknown): never => {
      throw asDatabaseFault(thrown, url);
    };
    return {
      read: (reads) => readLater(pool, reads).catch(told),
      snapshot: (reads) => readSnapshot(pool, reads).catch(told),
      close: () => closePool(pool),
    };
  }
  const within = async <T>(read: (file: ReturnType<typeof openSqlite>) => T): Promise<T> => {
    const file = openSqlite(database.file, { readonly: true });
    try {
      return read(file);
    } finally {
      file.close();
    }
  };
  return {
    read: (reads) => within((file) => readNow(file, reads)),
    snapshot: (reads) => within((file) => readSnapshotNow(file, reads)),
    close: async () => undefined,
  };
}
