import { unlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientBase, DatabaseError } from 'pg';
import { type Clock, SECOND, systemClock } from '../../../base/clock.ts';
import { LOCKS } from '../../../db/postgres.ts';
import { rehashSecretsLater } from '../../tokens/postgres-rehash.ts';
import { recordTokenUseLater } from '../../tokens/postgres-token-use.ts';
import type { Rehash } from '../../tokens/rehash-secrets.ts';
import type { TokenUse } from '../../tokens/token-use.ts';
import { addToRollupsLater } from '../../usage/postgres-rollup.ts';
import type { Bringer, Finished, Step } from '../bringer.ts';
import { bytesAfter, collectUses, type Journalled, readBatch } from '../journal-batch.ts';
import { interruptedAnswer } from '../open-answers.ts';
import { dayOf } from '../row-ids.ts';
import { sumUpSeen } from '../seen.ts';
import { listSegments, type Position, START, segmentPath } from '../segments.ts';
import { forgetArrivals, noteArrival } from './arrivals.ts';
import { copyRows } from './copy-rows.ts';
import { ensurePartition, partitionOf } from './partitions.ts';
import { applyRetentionLater } from './retention.ts';
import { postgresRowId } from './row-id.ts';
import { Session } from './session.ts';
import { ValueLister } from './values.ts';

/** One transaction takes at most so much. */
const BATCH = { lines: 4_000, bytes: 4 * 2 ** 20 };
/** How long a writer that ends waits for a database that is away. */
const FINISH_WAIT = 10 * SECOND;
const RETRY = SECOND / 4;
const FORGET_EVERY = 10 * SECOND;
const DUPLICATE = '23505';

/** Which of the gateways of an instance this is. */
export interface GatewayIdentity {
  readonly id: string;
  /** Given by the database; tells the ids of its rows apart. */
  readonly number: number;
}

export interface PostgresIngestOptions {
  readonly url: string;
  /** The folder of the journal. */
  readonly journal: string;
  readonly gateway: GatewayIdentity;
  readonly clock?: Clock;
  /** Segments up to this one were written by processes that have ended; default: all. */
  readonly endedThrough?: number;
  /** Called before and after each commit; what it throws ends the step there, as a kill would. For tests. */
  readonly around?: (moment: 'copied' | 'written' | 'committed') => void | Promise<void>;
  /** Milliseconds that the database may take for a step, and that `finish` waits for it. */
  readonly patience?: { readonly answer?: number; readonly finish?: number };
}

/**
 * Moves a gateway's journal into Postgres: rows, roll-ups, addresses, open answers, last-used and the position that the
 * gateway has reached, a batch in one transaction. Whatever is killed or cut off, each record is in exactly once: the
 * position says whether a commit that was not answered was done, and a transaction that finds it elsewhere than its
 * batch began does nothing. The caller holds the lock of the journal.
 */
export class PostgresIngester implements Bringer {
  readonly #folder: string;
  readonly #gateway: GatewayIdentity;
  readonly #clock: Clock;
  readonly #endedThrough: number;
  readonly #around: (moment: 'copied' | 'written' | 'committed') => void | Promise<void>;
  readonly #session: Session;
  readonly #finishWait: number;
  /** Days that have a table, as far as this writer knows. */
  readonly #days = new Set<number>();
  #values = new ValueLister();
  /** When it last forgot in which order rows had arrived; monotonic. */
  #forgotAt = Number.NEGATIVE_INFINITY;
  /** What the database has as the position; null: it has to be asked. */
  #stored: Position | null = null;
  /** Where to read on. Between the two is nothing that the database has to know of. */
  #position: Position = START;

  constructor(options: PostgresIngestOptions) {
    this.#folder = options.journal;
    this.#gateway = options.gateway;
    this.#clock = options.clock ?? systemClock;
    this.#endedThrough = options.endedThrough ?? Number.MAX_SAFE_INTEGER;
    this.#around = options.around ?? (() => undefined);
    this.#session = new Session(options.url, options.patience?.answer);
    this.#finishWait = options.patience?.finish ?? FINISH_WAIT;
  }

  step(): Promise<Step> {
    return this.#run(async (client) => {
      const stored = await this.#locate(client);
      const batch = readBatch(this.#folder, this.#position, BATCH);
      if (batch === null) return { rows: 0, damaged: 0, more: false };
      const { entries, opened, end } = batch;
      // An idle step moves at most to the next segment; that needs no commit of its own.
      if (entries.length > 0 || opened.length > 0 || end.segment !== stored.segment) {
        await this.#ensureDays(client, entries);
        await this.#commit(
          client,
          entries,
          async () => {
            await this.#move(client, stored, end);
            await this.#recordOpenAnswers(client, opened, entries);
          },
          [...entries, ...opened],
        );
        this.#stored = end;
      }
      this.#position = end;
      this.#removeSegments(end, batch.segments);
      return { rows: entries.length, damaged: batch.damaged, more: batch.more };
    });
  }

  async drain(endedThrough = this.#endedThrough): Promise<Omit<Step, 'more'>> {
    const done = { rows: 0, damaged: 0 };
    for (let more = true; more; ) {
      const step = await this.step();
      done.rows += step.rows;
      done.damaged += step.damaged;
      more = step.more;
    }
    done.rows += await this.#run((client) => this.#interrupt(client, endedThrough));
    return done;
  }

  waiting(): number {
    return bytesAfter(this.#folder, this.#position);
  }

  async retain(now: number): Promise<void> {
    const dropped = await applyRetentionLater((work) => this.#run(work), now);
    for (const day of dropped) this.#days.delete(day);
  }

  rehash(rehashes: readonly Rehash[], at: number): Promise<void> {
    return this.#run(async (client) => {
      await client.query('BEGIN');
      await rehashSecretsLater(client, rehashes, at);
      await client.query('COMMIT');
    });
  }

  /** Where the database is away, this waits for it a while, and then leaves the rest to the next start. */
  async finish(idle: Promise<void>): Promise<Finished> {
    let [late, left] = [false, 'the database does not answer'];
    const timer = setTimeout(() => {
      late = true;
      this.#session.close();
    }, this.#finishWait);
    try {
      for (let damaged = 0; ; await delay(RETRY)) {
        try {
          await idle;
          // The journal is closed: nothing that is open now will be finished.
          damaged += (await this.drain(Number.MAX_SAFE_INTEGER)).damaged;
          return { damaged, left: null };
        } catch (thrown) {
          if (late) return { damaged, left };
          left = (thrown as Error).message;
        }
      }
    } finally {
      clearTimeout(timer);
      this.close();
    }
  }

  /** Lets go of the connection. What was not committed is found in the journal again. */
  close(): void {
    this.#session.close();
  }

  /** After anything that failed, the database is asked anew how far it got. */
  async #run<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    try {
      return await this.#session.run(work);
    } catch (thrown) {
      this.#stored = null;
      this.#days.clear();
      this.#values = new ValueLister();
      throw thrown;
    }
  }

  async #locate(client: ClientBase): Promise<Position> {
    if (this.#stored !== null) return this.#stored;
    await client.query(
      'INSERT INTO journal_position (reader, segment, "offset") VALUES ($1, 0, 0) ON CONFLICT DO NOTHING',
      [this.#gateway.id],
    );
    // Waits for a transaction of a connection that was lost, if it is still running: then its word is final.
    const { rows } = await client.query<Position>(
      'SELECT segment, "offset" FROM journal_position WHERE reader = $1 FOR UPDATE',
      [this.#gateway.id],
    );
    this.#stored = rows[0] as Position;
    this.#position = this.#stored;
    return this.#stored;
  }

  async #ensureDays(client: ClientBase, entries: readonly Journalled[]): Promise<void> {
    for (const day of new Set(entries.map(({ record }) => dayOf(record.time)))) {
      if (this.#days.has(day)) continue;
      await ensurePartition(client, day);
      this.#days.add(day);
    }
  }

  /**
   * Commits rows with all that follows from them.
   * @param also what else is written, first of all
   * @param used what may have used tokens
   */
  async #commit(
    client: ClientBase,
    entries: readonly Journalled[],
    also: () => Promise<void>,
    used: readonly Journalled[],
  ): Promise<void> {
    const byDay = Map.groupBy(entries, ({ record }) => dayOf(record.time));
    const taken = new Map<number, Set<number>>();
    let copied: Map<number, number[]> | null;
    for (;;) {
      await client.query('BEGIN');
      await also();
      copied = await this.#copy(client, byDay, taken);
      if (copied !== null) break;
      // Another row has one of the ids: after a jump of the clock, perhaps once.
      await client.query('ROLLBACK');
      await this.#findTaken(client, byDay, taken);
    }
    await this.#around('copied');
    const uses = new Map<string, TokenUse>();
    collectUses(uses, used);
    // From here on one gateway at a time, as all of them add to the same rows.
    await client.query(`SELECT pg_advisory_xact_lock(${LOCKS.logs})`);
    const records = entries.map(({ record }) => record);
    await this.#values.list(client, records);
    await this.#noteArrivals(client, copied);
    await addToRollupsLater(client, records);
    await this.#recordSeen(client, byDay);
    await recordTokenUseLater(client, [...uses.values()]);
    await this.#around('written');
    await client.query('COMMIT');
    this.#values.committed();
    await this.#around('committed');
  }

  async #noteArrivals(client: ClientBase, copied: ReadonlyMap<number, readonly number[]>): Promise<void> {
    const now = this.#clock.now();
    for (const [day, ids] of copied) await noteArrival(client, now, day, ids);
    if (this.#clock.monotonic() - this.#forgotAt < FORGET_EVERY) return;
    await forgetArrivals(client, now);
    this.#forgotAt = this.#clock.monotonic();
  }

  /** The ids that the rows of each day got; null where another row has one of them: the transaction is of no use then. */
  async #copy(
    client: ClientBase,
    byDay: ReadonlyMap<number, readonly Journalled[]>,
    taken: ReadonlyMap<number, ReadonlySet<number>>,
  ): Promise<Map<number, number[]> | null> {
    const { number } = this.#gateway;
    const copied = new Map<number, number[]>();
    try {
      for (const [day, entries] of byDay) {
        const ids = this.#idsOf(day, entries, taken.get(day));
        const rows = entries.map((entry, at) => ({ id: ids[at] as number, entry }));
        await copyRows(client, day, number, rows);
        copied.set(day, ids);
      }
      return copied;
    } catch (thrown) {
      if (thrown instanceof DatabaseError && thrown.code === DUPLICATE) return null;
      throw thrown;
    }
  }

  #idsOf(day: number, entries: readonly Journalled[], taken?: ReadonlySet<number>): number[] {
    const given = new Set<number>();
    for (const { record, at } of entries) {
      let id = postgresRowId(day, record.time, this.#gateway.number, at.offset);
      while (given.has(id) || taken?.has(id)) id++;
      given.add(id);
    }
    return [...given];
  }

  /** Finds which of the ids that rows would get are others', until none is. */
  async #findTaken(
    client: ClientBase,
    byDay: ReadonlyMap<number, readonly Journalled[]>,
    taken: Map<number, Set<number>>,
  ): Promise<void> {
    for (const [day, entries] of byDay) {
      const ofDay = taken.get(day) ?? new Set();
      taken.set(day, ofDay);
      for (;;) {
        const { rows } = await client.query<{ id: number }>(
          `SELECT id FROM ${partitionOf(day)} WHERE day = $1 AND id = ANY($2)`,
          [day, this.#idsOf(day, entries, ofDay)],
        );
        if (rows.length === 0) break;
        for (const { id } of rows) ofDay.add(id);
      }
    }
  }

  /** @throws where another transaction moved it: the caller's batch is not what comes next */
  async #move(client: ClientBase, from: Position, to: Position): Promise<void> {
    const { rowCount } = await client.query({
      name: 'move',
      text: `UPDATE journal_position SET segment = $4, "offset" = $5
        WHERE reader = $1 AND segment = $2 AND "offset" = $3`,
      values: [this.#gateway.id, from.segment, from.offset, to.segment, to.offset],
    });
    if (rowCount !== 1) throw new Error('the position in the journal was moved by another');
  }

  /** Keeps those that were opened, but for those that `entries` has the end of; forgets those that it ends. */
  async #recordOpenAnswers(
    client: ClientBase,
    opened: readonly Journalled[],
    entries: readonly Journalled[],
  ): Promise<void> {
    const done = entries
      .filter(({ record }) => record.phase === 'complete')
      .map(({ record }) => record.requestId);
    const whole = new Set(done);
    const open = opened.filter(({ record }) => !whole.has(record.requestId));
    if (open.length > 0)
      await client.query(
        `INSERT INTO open_answer (gateway, request_id, segment, "offset", json)
         SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[])
         ON CONFLICT (gateway, request_id) DO UPDATE
         SET segment = excluded.segment, "offset" = excluded."offset", json = excluded.json`,
        [
          this.#gateway.id,
          open.map(({ record }) => record.requestId),
          open.map(({ at }) => at.segment),
          open.map(({ at }) => at.offset),
          open.map(({ json }) => json),
        ],
      );
    if (done.length > 0) await this.#forgetOpenAnswers(client, done);
  }

  async #forgetOpenAnswers(client: ClientBase, requestIds: readonly string[]): Promise<void> {
    await client.query('DELETE FROM open_answer WHERE gateway = $1 AND request_id = ANY($2)', [
      this.#gateway.id,
      requestIds,
    ]);
  }

  /** Rows of streamed answers whose processes ended before they were whole. */
  async #interrupt(client: ClientBase, endedThrough: number): Promise<number> {
    const { rows } = await client.query<Position & { json: string }>(
      'SELECT segment, "offset", json FROM open_answer WHERE gateway = $1 AND segment <= $2 ORDER BY segment, "offset"',
      [this.#gateway.id, endedThrough],
    );
    const entries = rows.flatMap(interruptedAnswer);
    if (entries.length === 0) return 0;
    await this.#ensureDays(client, entries);
    const requestIds = entries.map(({ record }) => record.requestId);
    // They used their tokens when they were opened.
    await this.#commit(client, entries, () => this.#forgetOpenAnswers(client, requestIds), []);
    return entries.length;
  }

  async #recordSeen(client: ClientBase, byDay: ReadonlyMap<number, readonly Journalled[]>): Promise<void> {
    const seen = [...byDay].flatMap(([day, entries]) => sumUpSeen(entries).map((one) => ({ day, ...one })));
    if (seen.length === 0) return;
    await client.query({
      name: 'seen',
      text: `INSERT INTO seen AS known (day, token_id, address, token_name, requests, last_seen)
        SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])
        ON CONFLICT (day, token_id, address) DO UPDATE SET requests = known.requests + excluded.requests,
          token_name = excluded.token_name, last_seen = greatest(known.last_seen, excluded.last_seen)`,
      values: [
        seen.map((one) => one.day),
        seen.map((one) => one.tokenId),
        seen.map((one) => one.address),
        seen.map((one) => one.tokenName),
        seen.map((one) => one.requests),
        seen.map((one) => one.lastSeen),
      ],
    });
  }

  /** A segment goes when the database has it and there is a later one. */
  #removeSegments(position: Position, segments: readonly number[]): void {
    const needed = Math.min(position.segment, segments.at(-1) ?? 0);
    for (const segment of segments) {
      if (segment >= needed) break;
      unlinkSync(segmentPath(this.#folder, segment));
    }
  }
}

/** The number of the last segment that there is or was: what the database has recorded counts, too. */
export async function lastSegmentOnPostgres(
  { url, journal }: Pick<PostgresIngestOptions, 'url' | 'journal'>,
  gatewayId: string,
): Promise<number> {
  const session = new Session(url);
  try {
    const recorded = await session.run(async (client) => {
      const { rows } = await client.query<{ segment: number }>(
        'SELECT segment FROM journal_position WHERE reader = $1',
        [gatewayId],
      );
      return rows[0]?.segment ?? 0;
    });
    return Math.max(listSegments(journal).at(-1) ?? 0, recorded);
  } finally {
    session.close();
  }
}
