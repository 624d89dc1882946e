import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  HandleEmptyInListsPlugin,
  Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type PostgresPool,
  type QueryResult,
  replaceWithNoncontingentExpression,
  type TransactionSettings,
} from 'kysely';
import pg from 'pg';
import { SECOND } from '../base/clock.ts';
import { LOCK_WAIT } from './immediate-sqlite.ts';
import { pooledTransaction } from './pooled-transaction.ts';
import { asDatabaseFault } from './postgres-faults.ts';

/** How long a connection to the database may take, in milliseconds. */
const CONNECT_WAIT = 5 * SECOND;

/** Which of the locks that processes take on one database, but for one until their transaction ends. */
export const LOCKS = {
  /** Who changes what admins manage, as SQLite's write lock: one after the other, in the order of their commits. */
  change: 7_220_001,
  /** Who writes the built-in API's rows. */
  shiftsApi: 7_220_002,
  /** Who brings log rows in: roll-ups of several gateways are the same rows. */
  logs: 7_220_003,
  /** Who deletes log rows that are too old. */
  retention: 7_220_010,
  /** Who makes an instance in an empty database; held by a connection, not a transaction. */
  making: 7_220_004,
} as const;

/** int8 and numeric come as text, as they may be larger than a number is exact; none of ours is. */
const INT8 = 20;
const NUMERIC = 1700;
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export const clientConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'gatehouse',
  connectionTimeoutMillis: CONNECT_WAIT,
  keepAlive: true,
  types,
});

/**
 * Connections to a Postgres database; who opens it ends it.
 * @param most how many there are at most
 * @param withinMs how long a statement may take, for whom must not wait for a database that is silent
 */
export function openPool(url: string, most = 8, withinMs?: number): pg.Pool {
  const within = withinMs === undefined ? {} : { query_timeout: withinMs };
  const pool = new pg.Pool({
    ...clientConfig(url),
    ...within,
    max: most,
    idleTimeoutMillis: 30 * SECOND,
  });
  // One that is lost while nobody uses it is replaced; who uses one hears of it from what was asked, and the event
  // beside that would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    endUnanswered(client);
  });
  return pool;
}

/** What pg says of a statement that had no answer in time. */
const NO_ANSWER = 'Query read timeout';

/**
 * Ends a connection where a statement had no answer in time: that answer may still come, and what is asked next on it
 * would wait for it. The pool lends it to nobody then.
 */
function endUnanswered(client: pg.PoolClient & Partial<Pick<pg.Client, 'end'>>): void {
  const ask = client.query.bind(client) as (...asked: unknown[]) => unknown;
  client.query = ((...asked: unknown[]) => {
    const answer = ask(...asked);
    if (answer instanceof Promise)
      answer.catch((cause: Error) => {
        if (cause.message === NO_ANSWER) void client.end?.();
      });
    return answer;
  }) as typeof client.query;
}

/** How long the end of connections is waited for: a database that is silent does not say that they have ended. */
const END_WAIT = 2 * SECOND;

/** Ends a pool's connections, whether or not the database is there; once. */
export async function closePool(pool: pg.Pool): Promise<void> {
  if (pool.ending) return;
  const waited = Promise.withResolvers<void>();
  const timer = setTimeout(waited.resolve, END_WAIT);
  await Promise.race([pool.end(), waited.promise]);
  clearTimeout(timer);
}

/**
 * Kysely over a Postgres database. Destroying it ends the connections. A failure that is the caller's to mend is a Fault
 * (see postgres-faults.ts). @param url of the pool's database
 */
export const kyselyOverPostgres = <S>(pool: pg.Pool, url: string): Kysely<S> =>
  new Kysely<S>({
    dialect: new SerialPostgresDialect({ pool: endable(pool) }, url),
    // SQLite takes an empty list, and nothing is in it.
    plugins: [new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })],
  });

/** A pool whose end is not waited for where the database is silent. */
const endable = (pool: pg.Pool): PostgresPool => ({
  options: pool.options,
  connect: () => pool.connect(),
  end: () => closePool(pool),
});

/** Kysely's Postgres dialect, but transactions follow each other as they do on SQLite, and failures are told apart. */
class SerialPostgresDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  readonly #url: string;

  constructor(config: PostgresDialectConfig, url: string) {
    super(config);
    this.#config = config;
    this.#url = url;
  }

  override createDriver(): Driver {
    return new SerialPostgresDriver(this.#config, this.#url);
  }
}

class SerialPostgresDriver extends PostgresDriver {
  readonly #url: string;

  constructor(config: PostgresDialectConfig, url: string) {
    super(config);
    this.#url = url;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return new ToldConnection(await super.acquireConnection(), this.#url);
    } catch (thrown) {
      throw asDatabaseFault(thrown, this.#url);
    }
  }

  override releaseConnection(connection: DatabaseConnection): Promise<void> {
    return super.releaseConnection((connection as ToldConnection).own as never);
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    await super.beginTransaction(connection, settings);
    // A transaction that only reads says so with its isolation level.
    if (settings.isolationLevel !== undefined || settings.accessMode !== undefined) return;
    try {
      await connection.executeQuery(CompiledQuery.raw(`SET LOCAL lock_timeout = ${LOCK_WAIT}`));
      await connection.executeQuery(CompiledQuery.raw(`SELECT pg_advisory_xact_lock(${LOCKS.change})`));
    } catch (thrown) {
      // Kysely gives a connection whose BEGIN failed back as it is.
      await connection.executeQuery(CompiledQuery.raw('ROLLBACK')).catch(() => undefined);
      throw thrown;
    }
  }
}

/** Runs `work` in a transaction that waits for one of the locks first. */
export const lockedTransaction = <T>(
  pool: pg.Pool,
  lock: number,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> =>
  pooledTransaction(pool, 'BEGIN', async (client) => {
    await client.query('SELECT pg_advisory_xact_lock($1)', [lock]);
    return work(client);
  });

/** A connection whose failures say what they mean. */
class ToldConnection implements DatabaseConnection {
  readonly own: DatabaseConnection;
  readonly #url: string;

  constructor(own: DatabaseConnection, url: string) {
    this.own = own;
    this.#url = url;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.own.executeQuery<R>(query);
    } catch (thrown) {
      throw asDatabaseFault(thrown, this.#url);
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    try {
      yield* this.own.streamQuery<R>(query, chunkSize);
    } catch (thrown) {
      throw asDatabaseFault(thrown, this.#url);
    }
  }
}
