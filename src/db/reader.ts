import { openSqlite } from './open.ts';
import type { DatabaseAddress } from './place.ts';
import { openPool } from './postgres.ts';
import { type Reads, readLater, readNow, readSnapshot, readSnapshotNow } from './reads.ts';

/** Answers what is read now and then from an instance's database, in whichever engine it is. */
export interface Reader {
  read<T>(reads: Reads<T>): Promise<T>;
  /** As `read`, but from one state of the database. */
  snapshot<T>(reads: Reads<T>): Promise<T>;
  close(): Promise<void>;
}

/** A file is opened for each answer, connections to Postgres when they are first needed. */
export function openReader(database: DatabaseAddress): Reader {
  if (database.engine === 'postgres') {
    const pool = openPool(database.url, 2);
    return {
      read: (reads) => readLater(pool, reads),
      snapshot: (reads) => readSnapshot(pool, reads),
      close: () => pool.end(),
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
