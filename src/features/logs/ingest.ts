import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { type Clock, SECOND, systemClock } from '../../base/clock.ts';
import { openSqlite, type SqliteFile } from '../../db/open.ts';
import { readNow } from '../../db/reads.ts';
import { readRetention } from '../retention/policy.ts';
import { type Rehash, rehashSecrets } from '../tokens/rehash-secrets.ts';
import { recordTokenUse, type TokenUse } from '../tokens/token-use.ts';
import { addToRollups } from '../usage/rollup.ts';
import { openUsage } from '../usage/usage-file.ts';
import type { Bringer, Finished, Step } from './bringer.ts';
import { convertOldDays } from './day-file.ts';
import { DayWriter } from './day-writer.ts';
import { bytesAfter, collectUses, type Journalled, readBatch } from './journal-batch.ts';
import { keepSegment } from './kept-segments.ts';
import { forgetOpenAnswers, readOpenAnswers, recordOpenAnswers } from './open-answers.ts';
import { journalFolder } from './paths.ts';
import { readPosition, writePosition } from './position.ts';
import { applyRetention } from './retention.ts';
import { dayOf } from './row-ids.ts';
import { earlier, isBefore, listSegments, type Position, segmentPath } from './segments.ts';

/** One transaction a file takes at most so much: some 50 ms. */
const BATCH_LINES = 1_500;
const BATCH_BYTES = 2 * 2 ** 20;
/** Last-used goes into the main file in pieces, as every commit there has gateways look for changes. */
const USES_EVERY = 2 * SECOND;
const MAX_OPEN_DAYS = 3;

export interface IngestOptions {
  clock?: Clock;
  /** Segments up to this one were written by processes that have ended; default: all. */
  endedThrough?: number;
  /** Called after each file's commit; what it throws ends the step there, as a kill would. For tests. */
  afterCommit?: (file: 'rows' | 'usage' | 'token_use') => void;
}

/**
 * Moves the journal into the databases: rows into the file of their day, then roll-ups into usage.db, then, every few
 * seconds, last-used into the main file. Each file keeps the position it has reached in the transaction that fills
 * it, and takes only what lies behind it, so each gets every record exactly once whatever is killed. As rows are
 * committed first, nothing before the roll-ups' position is missing from any day. The caller holds FILE.lock.
 *
 * A step that throws has lost nothing; the next tries again.
 */
export class Ingester implements Bringer {
  readonly #instanceFile: string;
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #endedThrough: number;
  readonly #afterCommit: (file: 'rows' | 'usage' | 'token_use') => void;
  readonly #main: SqliteFile;
  readonly #usage: SqliteFile;
  readonly #days = new Map<number, DayWriter>();
  readonly #uses = new Map<string, TokenUse>();
  #usagePosition: Position;
  #usePosition: Position;
  /** Everything before this is in the days' files and the roll-ups. */
  #position: Position;
  #usesFlushedAt: number;

  constructor(instanceFile: string, options: IngestOptions = {}) {
    this.#instanceFile = instanceFile;
    this.#folder = journalFolder(instanceFile);
    this.#clock = options.clock ?? systemClock;
    this.#endedThrough = options.endedThrough ?? Number.MAX_SAFE_INTEGER;
    this.#afterCommit = options.afterCommit ?? (() => undefined);
    this.#main = openSqlite(instanceFile, { existing: true });
    this.#usage = openUsage(instanceFile);
    this.#usagePosition = readPosition(this.#usage, 'usage');
    this.#usePosition = readPosition(this.#main, 'token_use');
    this.#position = earlier(this.#usagePosition, this.#usePosition);
    this.#usesFlushedAt = this.#clock.monotonic();
  }

  /** Brings in one batch. */
  step(): Step {
    const batch = readBatch(this.#folder, this.#position, { lines: BATCH_LINES, bytes: BATCH_BYTES });
    if (batch === null) return { rows: 0, damaged: 0, more: false };
    const { entries, opened, end } = batch;
    // Rows say where their records are: those must not be lost where the rows are not.
    if (entries.length > 0) syncSegment(this.#folder, (entries[0] as Journalled).at.segment);
    const rows = this.#writeDays(entries, (writer, ofDay) => writer.write(ofDay, end));
    this.#writeUsage(entries, opened, end);
    this.#collectUses(entries);
    this.#collectUses(opened);
    this.#position = end;
    this.#flushUsesWhenDue();
    this.#keepSegments(batch.segments);
    return { rows, damaged: batch.damaged, more: batch.more };
  }

  /**
   * Steps until nothing is left, brings in as `interrupted` what processes that have ended left unfinished, then
   * last-used up to date as well.
   * @param endedThrough in place of the option
   */
  drain(endedThrough = this.#endedThrough): Omit<Step, 'more'> {
    convertOldDays(this.#instanceFile);
    const done = { rows: 0, damaged: 0 };
    for (let more = true; more; ) {
      const step = this.step();
      done.rows += step.rows;
      done.damaged += step.damaged;
      more = step.more;
    }
    done.rows += this.#interrupt(endedThrough);
    this.flushUses();
    this.#keepSegments(listSegments(this.#folder));
    return done;
  }

  /** Brings last-used into the main file, with the position. */
  flushUses(): void {
    this.#usesFlushedAt = this.#clock.monotonic();
    if (!isBefore(this.#usePosition, this.#position)) return;
    this.#main
      .transaction(() => {
        recordTokenUse(this.#main, this.#uses.values());
        writePosition(this.#main, 'token_use', this.#position);
      })
      .immediate();
    this.#usePosition = this.#position;
    this.#uses.clear();
    this.#afterCommit('token_use');
  }

  /** Bytes of the journal that are not yet in the days' files and the roll-ups. */
  waiting(): number {
    return bytesAfter(this.#folder, this.#position);
  }

  retain(now: number): void {
    applyRetention(this.#instanceFile, this.#usage, readNow(this.#main, readRetention()), now);
  }

  rehash(rehashes: readonly Rehash[], at: number): void {
    this.#main.transaction(() => rehashSecrets(this.#main, rehashes, at)).immediate();
  }

  async finish(idle: Promise<void>): Promise<Finished> {
    try {
      await idle;
      // The journal is closed: nothing that is open now will be finished.
      return { damaged: this.drain(Number.MAX_SAFE_INTEGER).damaged, left: null };
    } finally {
      this.close();
    }
  }

  /** Lets go of every file. What was not flushed is found in the journal again. */
  close(): void {
    for (const day of this.#days.values()) day.close();
    this.#days.clear();
    this.#usage.close();
    this.#main.close();
  }

  #writeDays(
    entries: readonly Journalled[],
    write: (writer: DayWriter, ofDay: readonly Journalled[]) => number,
  ): number {
    const byDay = Map.groupBy(entries, (entry) => dayOf(entry.record.time));
    let rows = 0;
    for (const [day, ofDay] of byDay) {
      const writer = this.#openDay(day);
      try {
        rows += write(writer, ofDay);
      } catch (thrown) {
        writer.close();
        this.#days.delete(day);
        throw thrown;
      }
      this.#afterCommit('rows');
    }
    return rows;
  }

  #openDay(day: number): DayWriter {
    const open = this.#days.get(day);
    if (open) return open;
    if (this.#days.size >= MAX_OPEN_DAYS) {
      const oldest = Math.min(...this.#days.keys());
      this.#days.get(oldest)?.close();
      this.#days.delete(oldest);
    }
    const writer = new DayWriter(this.#instanceFile, day);
    this.#days.set(day, writer);
    return writer;
  }

  #writeUsage(entries: readonly Journalled[], opened: readonly Journalled[], end: Position): void {
    if (!isBefore(this.#usagePosition, end)) return;
    const isFresh = (entry: Journalled) => !isBefore(entry.at, this.#usagePosition);
    const fresh = entries.filter(isFresh);
    const open = opened.filter(isFresh);
    // An idle step moves at most to the next segment; that needs no commit of its own.
    if (fresh.length === 0 && open.length === 0 && end.segment === this.#usagePosition.segment) return;
    this.#usage
      .transaction(() => {
        addToRollups(
          this.#usage,
          fresh.map((entry) => entry.record),
        );
        recordOpenAnswers(this.#usage, open, fresh);
        writePosition(this.#usage, 'usage', end);
      })
      .immediate();
    this.#usagePosition = end;
    this.#afterCommit('usage');
  }

  /**
   * Rows of streamed answers whose processes ended before they were whole. They are older than the positions, so each
   * day is asked whether it has them; that they are still in the table says that the roll-ups do not.
   */
  #interrupt(endedThrough: number): number {
    const entries = readOpenAnswers(this.#usage, endedThrough);
    if (entries.length === 0) return 0;
    const rows = this.#writeDays(entries, (writer, ofDay) => writer.writeMissing(ofDay));
    this.#usage
      .transaction(() => {
        addToRollups(
          this.#usage,
          entries.map((entry) => entry.record),
        );
        forgetOpenAnswers(this.#usage, entries);
      })
      .immediate();
    this.#afterCommit('usage');
    return rows;
  }

  #collectUses(entries: readonly Journalled[]): void {
    collectUses(
      this.#uses,
      entries.filter(({ at }) => !isBefore(at, this.#usePosition)),
    );
  }

  #flushUsesWhenDue(): void {
    const due = this.#clock.monotonic() - this.#usesFlushedAt >= USES_EVERY;
    if (due && (this.#uses.size > 0 || this.#usePosition.segment < this.#position.segment)) this.flushUses();
  }

  /** A segment leaves the journal when every file has taken it and there is a later one; days that name it need it still. */
  #keepSegments(segments: readonly number[]): void {
    const needed = Math.min(
      this.#position.segment,
      this.#usagePosition.segment,
      this.#usePosition.segment,
      segments.at(-1) ?? 0,
    );
    for (const segment of segments) {
      if (segment >= needed) break;
      keepSegment(this.#instanceFile, segment);
    }
  }
}

function syncSegment(folder: string, segment: number): void {
  const fd = openSync(segmentPath(folder, segment), 'r+');
  try {
    fdatasyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
