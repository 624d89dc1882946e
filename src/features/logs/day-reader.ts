import { existsSync, statSync } from 'node:fs';
import { SECOND } from '../../base/clock.ts';
import { openSqlite, type SqliteFile } from '../../db/open.ts';
import { ColumnCache } from './column-cache.ts';
import { BLOCK_ROWS, type Columns, type Places, type Summary } from './columns/block.ts';
import type { DayColumns } from './columns/day.ts';
import { decodeColumns, decodePlaces } from './columns/encode.ts';
import { type KnownGroup, KnownGroups } from './columns/group.ts';
import { readAddresses, readColumns, readGroups, readPlaces, readSummaries } from './day-blocks.ts';
import { dayPath, listDays } from './day-file.ts';
import { readLogsFile } from './paths.ts';

/** Room for the columns of some three million rows. */
const CACHE_BYTES = 64 * 2 ** 20;

/** A file that changed so lately may have changed again within the step of the file system's clock. */
const LATELY = 2 * SECOND;

/** What is kept in memory of a day: all but its columns. It only ever grows, as the file does. */
interface KnownDay {
  readonly inode: number;
  stamp: string | null;
  readonly groups: KnownGroup[];
  readonly addresses: string[];
  blocks: readonly Summary[];
}

/**
 * Reads the days of a log. Between calls no file is open, so that what retention deletes is gone; what was read of a day
 * is kept, and read on where its file has changed.
 */
export class DayReader {
  readonly #instanceFile: string;
  readonly #known = new Map<number, KnownDay>();
  readonly #groups = new KnownGroups();
  readonly #cache = new ColumnCache(CACHE_BYTES);

  constructor(instanceFile: string) {
    this.#instanceFile = instanceFile;
  }

  /** The days from `first` to `last`, in the given order. Each can be read until the next is asked for. */
  *days(order: 'oldest' | 'newest', first = 0, last = Number.POSITIVE_INFINITY): Generator<DayColumns, void> {
    const days = listDays(this.#instanceFile);
    this.#forgetBut(days);
    if (order === 'oldest') days.reverse();
    for (const day of days) {
      if (day < first || day > last) continue;
      const known = this.#read(day);
      if (known === null) continue;
      const open = new OpenDay(day, dayPath(this.#instanceFile, day), known, this.#cache);
      try {
        yield open;
      } finally {
        open.close();
      }
    }
  }

  #forgetBut(days: readonly number[]): void {
    for (const day of this.#known.keys()) if (!days.includes(day)) this.#known.delete(day);
  }

  /** What there is of a day; null where its file is gone, or has no tables yet. */
  #read(day: number): KnownDay | null {
    const path = dayPath(this.#instanceFile, day);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    let known = this.#known.get(day);
    const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
    const changedAt = Math.max(stat.mtimeMs, wal?.mtimeMs ?? 0);
    const stamp = `${stat.size} ${stat.mtimeMs} ${wal?.size ?? 0} ${wal?.mtimeMs ?? 0}`;
    if (known?.inode === stat.ino && known.stamp === stamp) return known;
    if (known?.inode !== stat.ino)
      known = { inode: stat.ino, stamp: null, groups: [], addresses: [], blocks: [] };
    const isRead = readLogsFile(path, (file) => this.#readOn(file, known as KnownDay));
    if (isRead === null) return null;
    known.stamp = Math.abs(Date.now() - changedAt) < LATELY ? null : stamp;
    this.#known.set(day, known);
    return known;
  }

  /** Reads what came since, as of one moment. */
  #readOn(file: SqliteFile, known: KnownDay): true {
    file.transaction(() => {
      for (const group of readGroups(file, known.groups.length)) known.groups.push(this.#groups.know(group));
      known.addresses.push(...readAddresses(file, known.addresses.length));
      // Of the blocks that are known only the last may have grown.
      const unchanged = known.blocks.slice(0, -1);
      known.blocks = [...unchanged, ...readSummaries(file, unchanged.length)];
    })();
    return true;
  }
}

/** A day that is being read, as it was when it was asked for: what its file gets meanwhile is not seen. */
class OpenDay implements DayColumns {
  readonly day: number;
  readonly groups: readonly KnownGroup[];
  readonly addresses: readonly string[];
  readonly blocks: readonly Summary[];
  readonly #path: string;
  readonly #inode: number;
  readonly #cache: ColumnCache;
  #file: SqliteFile | null = null;
  /** The last block that was asked for: it is asked for several times in a row. */
  #last: { id: number; columns: Columns } | null = null;

  constructor(day: number, path: string, { groups, addresses, blocks, inode }: KnownDay, cache: ColumnCache) {
    this.day = day;
    this.groups = groups;
    this.addresses = addresses;
    this.blocks = blocks;
    this.#path = path;
    this.#inode = inode;
    this.#cache = cache;
  }

  columns(block: Summary): Columns {
    if (this.#last?.id === block.id) return this.#last.columns;
    const key = `${this.day} ${this.#inode} ${block.id}`;
    const columns = this.#cache.get(key) ?? this.#readColumns(block);
    if (columns.rows === BLOCK_ROWS) this.#cache.add(key, columns);
    this.#last = { id: block.id, columns };
    return columns;
  }

  places(block: Summary): Places {
    const file = this.#opened;
    return file === null ? NO_PLACES : readPlaces(file, block.id);
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #readColumns(block: Summary): Columns {
    const file = this.#opened;
    return file === null ? NO_COLUMNS : firstRows(readColumns(file, block.id), block.rows);
  }

  /** Null where retention has just taken the file. */
  get #opened(): SqliteFile | null {
    if (this.#file === null && existsSync(this.#path))
      this.#file = openSqlite(this.#path, { readonly: true });
    return this.#file;
  }
}

const NO_COLUMNS = decodeColumns(new Uint8Array());
const NO_PLACES = decodePlaces(new Uint8Array());

/** A block that has grown since its summary was read, without what is new. */
function firstRows(columns: Columns, rows: number): Columns {
  if (columns.rows === rows) return columns;
  return {
    rows,
    times: columns.times.subarray(0, rows),
    groups: columns.groups.subarray(0, rows),
    addresses: columns.addresses.subarray(0, rows),
    durations: columns.durations.subarray(0, rows),
  };
}
