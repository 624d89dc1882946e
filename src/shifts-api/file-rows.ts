import type { SqliteFile } from '../db/open.ts';
import type { Steps } from './rows.ts';

/** Goes through steps on one SQLite file, at once. Statements are prepared once for each text of SQL. */
export interface FileRows {
  go<T>(steps: Steps<T>): T;
  /** Runs `work` with all that it reads coming from one state of the file. */
  read<T>(work: () => T): T;
  /** Runs `work` in one write transaction, so that what it checked still holds when it writes. */
  write<T>(work: () => T): T;
}

export function fileRows(file: SqliteFile): FileRows {
  const prepared = new Map<string, ReturnType<SqliteFile['prepare']>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made = file.prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  const transaction = file.transaction((work: () => unknown) => work());
  return {
    go<T>(steps: Steps<T>): T {
      let step = steps.next();
      while (!step.done) {
        const made = statement(step.value.sql);
        if (made.reader) step = steps.next(made.all(...step.value.values));
        else {
          made.run(...step.value.values);
          step = steps.next([]);
        }
      }
      return step.value;
    },
    read: <T>(work: () => T) => transaction.deferred(work) as T,
    write: <T>(work: () => T) => transaction.immediate(work) as T,
  };
}
