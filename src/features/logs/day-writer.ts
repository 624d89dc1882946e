import type { SqliteFile } from '../../db/open.ts';
import { OpenBlock } from './columns/block.ts';
import { encodeColumns, encodeCounts, encodePlaces } from './columns/encode.ts';
import { groupKey } from './columns/group.ts';
import { readAddresses, readColumns, readGroups, readPlaces } from './day-blocks.ts';
import { IN_TABLE, offsetIn, openDay, rowId, timeIn } from './day-file.ts';
import type { Journalled } from './journal-batch.ts';
import type { RecordHead } from './parse-record.ts';
import { readPosition, writePosition } from './position.ts';
import { sumUpSeen } from './seen.ts';
import { isBefore, type Position } from './segments.ts';

/** A record that no journal has. */
export interface Unjournalled {
  readonly json: string;
  readonly record: RecordHead;
}

/** Writes rows into the file of one day. After a call that threw, close it: what it holds may be ahead of the file. */
export class DayWriter {
  readonly #day: number;
  readonly #file: SqliteFile;
  readonly #statements: ReturnType<typeof prepare>;
  /** Numbers by key, and those that the file does not have yet. */
  readonly #groups = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  #newGroups: RecordHead[] = [];
  #newAddresses: string[] = [];
  #lastSegment = -1;
  #block: OpenBlock;
  #position: Position;

  constructor(instanceFile: string, day: number) {
    this.#day = day;
    const file = openDay(instanceFile, day);
    this.#file = file;
    this.#statements = prepare(file);
    this.#position = readPosition(file, 'rows');
    for (const group of readGroups(file, 0))
      this.#groups.set(groupKey(group), this.#groups.size);
    for (const address of readAddresses(file, 0)) this.#addresses.set(address, this.#addresses.size);
    this.#block = readLastBlock(file);
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
          this.#add(record, at.segment, at.offset, bytes);
          this.#noteSegment(at.segment);
        }
        this.#finish(fresh);
        writePosition(this.#file, 'rows', end);
      })
      .immediate();
    this.#position = end;
    return fresh.length;
  }

  /**
   * Writes records that no journal has any more into the file itself.
   * @param has whether the file has a record already
   * @returns how many were new
   */
  writeMissing(entries: readonly Unjournalled[], has: (record: RecordHead) => boolean): number {
    const missing = entries.filter(({ record }) => !has(record));
    if (missing.length === 0) return 0;
    this.#file
      .transaction(() => {
        for (const { json, record } of missing) {
          const id = this.#freeId(record.time);
          this.#statements.record.run(id, json);
          this.#add(record, IN_TABLE, offsetIn(id), 0);
        }
        this.#finish(missing);
      })
      .immediate();
    return missing.length;
  }

  close(): void {
    this.#file.close();
  }

  #add(record: RecordHead, segment: number, offset: number, length: number): void {
    if (this.#block.isFull) {
      this.#writeBlock();
      this.#block = new OpenBlock(this.#block.id + 1);
    }
    this.#block.add({
      time: timeIn(this.#day, record.time),
      group: this.#groupNumber(record),
      address: this.#addressNumber(record.address),
      duration: record.durationMs,
      segment,
      offset,
      length,
    });
  }

  #groupNumber(record: RecordHead): number {
    const key = groupKey(record);
    let number = this.#groups.get(key);
    if (number === undefined) {
      number = this.#groups.size;
      this.#groups.set(key, number);
      this.#newGroups.push(record);
    }
    return number;
  }

  #addressNumber(address: string): number {
    let number = this.#addresses.get(address);
    if (number === undefined) {
      number = this.#addresses.size;
      this.#addresses.set(address, number);
      this.#newAddresses.push(address);
    }
    return number;
  }

  #noteSegment(segment: number): void {
    if (segment === this.#lastSegment) return;
    this.#statements.segment.run(segment);
    this.#lastSegment = segment;
  }

  #finish(entries: readonly { readonly record: RecordHead }[]): void {
    this.#writeBlock();
    let group = this.#groups.size - this.#newGroups.length;
    for (const { tokenId, tokenName, userId, userName, endpoint, tag, method, status, reason, counted } of this
      .#newGroups)
      this.#statements.group.run(
        ...[group++, tokenId, tokenName, userId, userName, endpoint, tag],
        ...[method, status, reason, counted ? 1 : 0],
      );
    let address = this.#addresses.size - this.#newAddresses.length;
    for (const text of this.#newAddresses) this.#statements.address.run(address++, text);
    this.#newGroups = [];
    this.#newAddresses = [];
    for (const { tokenId, address, tokenName, requests, lastSeen } of sumUpSeen(entries))
      this.#statements.see.run(tokenId, address, tokenName, requests, lastSeen);
  }

  #writeBlock(): void {
    const { columns, places, summary } = this.#block;
    const { id, rows, first, last } = summary;
    this.#statements.block.run(id, rows, first, last, encodeCounts(summary));
    this.#statements.columns.run(id, encodeColumns(columns));
    this.#statements.places.run(id, encodePlaces(places));
  }

  /** The first id of a time that the table has no record under. */
  #freeId(time: number): number {
    const from = rowId(this.#day, time, 0);
    const taken = new Set(this.#statements.taken.all(from, rowId(this.#day, time + 1, 0)));
    for (let id = from; ; id++) if (!taken.has(id)) return id;
  }
}

const prepare = (file: SqliteFile) => ({
  group: file.prepare(
    `INSERT INTO request_group (id, token_id, token_name, user_id, user_name, endpoint, tag, method, status, reason, counted)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  address: file.prepare('INSERT INTO address (id, address) VALUES (?, ?)'),
  block: file.prepare('INSERT OR REPLACE INTO block (id, rows, first, last, counts) VALUES (?, ?, ?, ?, ?)'),
  columns: file.prepare('INSERT OR REPLACE INTO block_columns (id, bytes) VALUES (?, ?)'),
  places: file.prepare('INSERT OR REPLACE INTO block_places (id, bytes) VALUES (?, ?)'),
  segment: file.prepare('INSERT OR IGNORE INTO segment (number) VALUES (?)'),
  record: file.prepare('INSERT INTO record (id, detail) VALUES (?, ?)'),
  taken: file.prepare<[number, number], number>('SELECT id FROM record WHERE id >= ? AND id < ?').pluck(),
  see: file.prepare(
    `INSERT INTO seen (token_id, address, token_name, requests, last_seen) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET requests = requests + excluded.requests,
       token_name = excluded.token_name, last_seen = max(last_seen, excluded.last_seen)`,
  ),
});

/** The block that may have room. */
function readLastBlock(file: SqliteFile): OpenBlock {
  const id = file.prepare<[], number | null>('SELECT max(id) FROM block').pluck().get();
  return typeof id === 'number' ? new OpenBlock(id, readColumns(file, id), readPlaces(file, id)) : new OpenBlock(0);
}
