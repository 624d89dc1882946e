import type { SqliteFile } from '../../db/open.ts';
import { BlockWriter } from './block-writer.ts';
import { openDay } from './day-file.ts';
import { hasRecord } from './find-record.ts';
import type { Journalled } from './journal-batch.ts';
import { readPosition, writePosition } from './position.ts';
import { IN_TABLE, offsetIn, rowId } from './row-ids.ts';
import { sumUpSeen } from './seen.ts';
import { isBefore, type Position } from './segments.ts';

/** Writes rows into the file of one day. After a call that threw, close it: what it holds may be ahead of the file. */
export class DayWriter {
  readonly #instanceFile: string;
  readonly #day: number;
  readonly #file: SqliteFile;
  readonly #blocks: BlockWriter;
  readonly #statements: ReturnType<typeof prepare>;
  #position: Position;
  #lastSegment = -1;

  constructor(instanceFile: string, day: number) {
    this.#instanceFile = instanceFile;
    this.#day = day;
    this.#file = openDay(instanceFile, day);
    this.#blocks = new BlockWriter(this.#file, day);
    this.#statements = prepare(this.#file);
    this.#position = readPosition(this.#file, 'rows');
  }

  /**
   * Writes the records that this file does not have yet, and `end` as its position, in one transaction.
   * @param entries all of this day, in journal order
   * @returns how many were new
   */
  write(entries: readonly Journalled[], end: Position): number {
    const fresh = entries.filter((entry) => !isBefore(entry.at, this.#position));
    if (fresh.length === 0) return 0;
    this.#file
      .transaction(() => {
        for (const { at, bytes, record } of fresh) {
          this.#blocks.add(record, at.segment, at.offset, bytes);
          this.#noteSegment(at.segment);
        }
        this.#blocks.flush();
        this.#recordSeen(fresh);
        writePosition(this.#file, 'rows', end);
      })
      .immediate();
    this.#position = end;
    return fresh.length;
  }

  /**
   * Writes those of some records that this file does not have, and their JSON with them, as no segment has it.
   * @returns how many were new
   */
  writeMissing(entries: readonly Journalled[]): number {
    const missing = entries.filter(
      ({ record }) => !hasRecord(this.#instanceFile, this.#file, this.#day, record),
    );
    if (missing.length === 0) return 0;
    this.#file
      .transaction(() => {
        for (const { json, record } of missing) {
          const id = this.#freeId(record.time);
          this.#statements.record.run(id, json);
          this.#blocks.add(record, IN_TABLE, offsetIn(id), 0);
        }
        this.#blocks.flush();
        this.#recordSeen(missing);
      })
      .immediate();
    return missing.length;
  }

  close(): void {
    this.#file.close();
  }

  #noteSegment(segment: number): void {
    if (segment === this.#lastSegment) return;
    this.#statements.segment.run(segment);
    this.#lastSegment = segment;
  }

  #recordSeen(entries: readonly Journalled[]): void {
    for (const { tokenId, address, tokenName, requests, lastSeen } of sumUpSeen(entries))
      this.#statements.see.run(tokenId, address, tokenName, requests, lastSeen);
  }

  /** The first id of a time that the table has no record under. */
  #freeId(time: number): number {
    const from = rowId(this.#day, time, 0);
    const taken = new Set(this.#statements.taken.all(from, rowId(this.#day, time + 1, 0)));
    for (let id = from; ; id++) if (!taken.has(id)) return id;
  }
}

const prepare = (file: SqliteFile) => ({
  segment: file.prepare('INSERT OR IGNORE INTO segment (number) VALUES (?)'),
  record: file.prepare('INSERT INTO record (id, detail) VALUES (?, ?)'),
  taken: file.prepare<[number, number], number>('SELECT id FROM record WHERE id >= ? AND id < ?').pluck(),
  see: file.prepare(
    `INSERT INTO seen (token_id, address, token_name, requests, last_seen) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
       token_name = excluded.token_name, last_seen = max(last_seen, excluded.last_seen)`,
  ),
});
