import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  SqliteAdapter,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
} from 'kysely';

/** How long a connection waits for a lock before it gives up, in milliseconds. */
export const LOCK_WAIT = 5_000;
/** How often a transaction that waits for the write lock asks for it, in milliseconds. */
const RETRY = 5;

/**
 * Kysely's SQLite dialect, but a transaction takes the write lock at its start. A plain BEGIN takes it at the
 * first write, and SQLite then refuses at once, without waiting, if another process wrote after the first read.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.#config);
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalDdlAdapter();
  }
}

class ImmediateDriver extends SqliteDriver {
  /**
   * Waits for the write lock without holding up the event loop: SQLite's own wait would, and if the holder were
   * another connection in this thread, neither would ever go on.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const run = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
    const giveUp = performance.now() + LOCK_WAIT;
    for (;;) {
      await run('pragma busy_timeout = 0');
      try {
        await run('begin immediate');
        return;
      } catch (thrown) {
        if (!isBusy(thrown) || performance.now() > giveUp) throw thrown;
      } finally {
        await run(`pragma busy_timeout = ${LOCK_WAIT}`);
      }
      await sleep(RETRY);
    }
  }
}

const isBusy = (thrown: unknown): boolean =>
  thrown instanceof Database.SqliteError && thrown.code.startsWith('SQLITE_BUSY');

/** SQLite's schema changes are transactional, so migrations run whole or not at all, one process at a time. */
class TransactionalDdlAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
