import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { type Clock, MINUTE, SECOND } from '../../base/clock.ts';
import { inTransaction } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { networkOf } from '../ip-rules/network.ts';

const PERIOD = 15 * MINUTE;
/** Wrong passwords in that time before an account, and a network, must wait. */
const MOST_OF_AN_ACCOUNT = 10;
const MOST_OF_A_NETWORK = 50;
/** Passwords that are hashed or wait for it at once: each costs 19 MiB and a tenth of a second of a core. */
const MOST_UNDER_WAY = 32;
/** Milliseconds that clocks of several machines may differ by; what is further ahead is of a clock that was wrong. */
const CLOCKS_DIFFER = MINUTE;

/** An attempt that was let in. It counts from the start, so that many at once are no way around the limit. */
export interface Attempt {
  /** The password was right: it does not count, and neither does what the account had against it. */
  succeeded(): Promise<void>;
  /** It is no longer under way. */
  over(): void;
}

/**
 * Bounds how often passwords can be tried, by account and by network (an IPv4 address, an IPv6 /64). An account that
 * does not exist is counted as one that does, or the wait would tell them apart. What was tried is in the database, so
 * that starting anew is no way around it, nor is asking several processes.
 */
export class PasswordThrottle {
  readonly #db: Kysely<Schema>;
  readonly #clock: Clock;
  #underWay = 0;

  constructor(db: Kysely<Schema>, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Lets an attempt in, or says how many seconds to wait. */
  async begin(name: string, address: string): Promise<Attempt | { retryAfter: number }> {
    if (this.#underWay >= MOST_UNDER_WAY) return { retryAfter: 1 };
    this.#underWay += 1;
    const over = () => {
      this.#underWay -= 1;
    };
    const account = bucketOf(name);
    try {
      const counted = await inTransaction(this.#db, (tx) => this.#count(tx, account, networkOf(address)));
      if ('id' in counted) return { over, succeeded: () => this.#forgive(counted.id, account) };
      over();
      return counted;
    } catch (thrown) {
      over();
      throw thrown;
    }
  }

  async #count(
    tx: Transaction<Schema>,
    account: string,
    network: string,
  ): Promise<{ id: number } | { retryAfter: number }> {
    const now = this.#clock.now();
    await tx
      .deleteFrom('password_attempt')
      .where((row) => row.or([row('at', '<=', now - PERIOD), row('at', '>', now + CLOCKS_DIFFER)]))
      .execute();
    const waits = await Promise.all([
      waitOf(tx, 'account', account, MOST_OF_AN_ACCOUNT, now),
      waitOf(tx, 'network', network, MOST_OF_A_NETWORK, now),
    ]);
    const wait = Math.max(...waits);
    if (wait > 0) return { retryAfter: Math.ceil(wait / SECOND) };
    return tx
      .insertInto('password_attempt')
      .values({ account, network, at: now })
      .returning('id')
      .executeTakeFirstOrThrow();
  }

  async #forgive(id: number, account: string): Promise<void> {
    await this.#db
      .deleteFrom('password_attempt')
      .where((row) => row.or([row('id', '=', id), row('account', '=', account)]))
      .execute();
  }
}

/** Milliseconds until `most` attempts of an account or a network are no longer all of the last minutes. */
async function waitOf(
  tx: Transaction<Schema>,
  column: 'account' | 'network',
  value: string,
  most: number,
  now: number,
): Promise<number> {
  const row = await tx
    .selectFrom('password_attempt')
    .select('at')
    .where(column, '=', value)
    .orderBy('at', 'desc')
    .offset(most - 1)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? 0 : Math.max(1, row.at + PERIOD - now);
}

/**
 * What stands for an account here: one of 65,536 buckets, as people type passwords where a name is asked for. Two
 * accounts may share one, and then their attempts.
 */
const bucketOf = (name: string): string =>
  createHash('sha256').update(`gatehouse password attempt ${name}`).digest('hex').slice(0, 4);
