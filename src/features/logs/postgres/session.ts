import { Socket } from 'node:net';
import pg from 'pg';
import { SECOND } from '../../../base/clock.ts';
import { clientConfig } from '../../../db/postgres.ts';

/** How long the database may take for one piece of work before its connection is given up, in milliseconds. */
const ANSWER_WAIT = 15 * SECOND;
/** What a writer that stopped in the middle of a transaction holds, the database takes back after so long. */
const IDLE_WAIT = 5 * SECOND;
/** And in the middle of a statement after so long: sooner than whoever waits for it gives up. */
const STATEMENT_WAIT = 10 * SECOND;

/**
 * One connection to Postgres, made when it is needed and given up with whatever failed on it: what was not committed
 * then is not done, and whether a commit was, the database says on the next connection.
 */
export class Session {
  readonly #url: string;
  readonly #answerWait: number;
  #client: pg.Client | null = null;
  #socket: Socket | null = null;
  #closed = false;

  constructor(url: string, answerWait = ANSWER_WAIT) {
    this.#url = url;
    this.#answerWait = answerWait;
  }

  get connected(): boolean {
    return this.#client !== null;
  }

  /** Does a piece of work. Where it fails or takes too long, the connection is given up. */
  async run<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    let overdue = false;
    const timer = setTimeout(() => {
      overdue = true;
      this.#giveUp();
    }, this.#answerWait);
    try {
      return await work(this.#client ?? (await this.#connect()));
    } catch (cause) {
      this.#giveUp();
      throw overdue ? new Error('the database does not answer', { cause }) : cause;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection, also in the middle of a piece of work, which then fails. */
  close(): void {
    this.#closed = true;
    this.#giveUp();
  }

  async #connect(): Promise<pg.Client> {
    if (this.#closed) throw new Error('the connection is closed');
    const client = new pg.Client({
      ...clientConfig(this.#url),
      application_name: 'gatehouse log writer',
      idle_in_transaction_session_timeout: IDLE_WAIT,
      statement_timeout: STATEMENT_WAIT,
      // Ours, so that a connection that hangs can be cut.
      stream: () => {
        this.#socket = new Socket();
        return this.#socket;
      },
    });
    // Who uses it when it is lost hears of it there.
    client.on('error', () => {
      if (this.#client === client) this.#giveUp();
    });
    await client.connect();
    this.#client = client;
    return client;
  }

  #giveUp(): void {
    this.#client = null;
    this.#socket?.destroy(new Error('the connection to the database was given up'));
    this.#socket = null;
  }
}
