import type { SqliteFile } from '../../db/open.ts';
import { OpenBlock } from './columns/block.ts';
import { encodeColumns, encodeCounts, encodeDurations, encodePlaces } from './columns/encode.ts';
import { groupKey } from './columns/group.ts';
import { readAddresses, readColumns, readGroups, readPlaces } from './day-blocks.ts';
import type { RecordHead } from './parse-record.ts';
import { timeIn } from './row-ids.ts';

/** Adds rows to the blocks of a day's file. What it holds is in the file after `flush`, in the caller's transaction. */
export class BlockWriter {
  readonly #day: number;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #groups = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  /** Those that the file does not have yet, the last of all. */
  #newGroups: RecordHead[] = [];
  #newAddresses: string[] = [];
  #block: OpenBlock;

  constructor(file: SqliteFile, day: number) {
    this.#day = day;
    this.#statements = prepare(file);
    for (const group of readGroups(file, 0)) this.#groups.set(groupKey(group), this.#groups.size);
    for (const address of readAddresses(file, 0)) this.#addresses.set(address, this.#addresses.size);
    this.#block = readLastBlock(file);
  }

  /** Adds the row of a record, which is in bytes of a segment. */
  add(record: RecordHead, segment: number, offset: number, length: number): void {
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

  flush(): void {
    if (this.#block.rows > 0) this.#writeBlock();
    let group = this.#groups.size - this.#newGroups.length;
    for (const one of this.#newGroups) {
      const { tokenId, tokenName, userId, userName, endpoint, tag, method, status, reason } = one;
      const user = [userId ?? null, userName ?? null];
      const answer = [method, status, reason, one.counted ? 1 : 0];
      this.#statements.group.run(group++, tokenId, tokenName, ...user, endpoint, tag, ...answer);
    }
    let address = this.#addresses.size - this.#newAddresses.length;
    for (const text of this.#newAddresses) this.#statements.address.run(address++, text);
    this.#newGroups = [];
    this.#newAddresses = [];
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

  #writeBlock(): void {
    const { columns, places, summary } = this.#block;
    const { id, rows, first, last } = summary;
    this.#statements.block.run(id, rows, first, last, encodeCounts(summary));
    this.#statements.columns.run(id, encodeColumns(columns));
    this.#statements.durations.run(id, encodeDurations(columns));
    this.#statements.places.run(id, encodePlaces(places));
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
  durations: file.prepare('INSERT OR REPLACE INTO block_durations (id, bytes) VALUES (?, ?)'),
  places: file.prepare('INSERT OR REPLACE INTO block_places (id, bytes) VALUES (?, ?)'),
});

/** The block that may have room. */
function readLastBlock(file: SqliteFile): OpenBlock {
  const id = file.prepare<[], number | null>('SELECT max(id) FROM block').pluck().get();
  if (typeof id !== 'number') return new OpenBlock(0);
  return new OpenBlock(id, { columns: readColumns(file, id), places: readPlaces(file, id) });
}
