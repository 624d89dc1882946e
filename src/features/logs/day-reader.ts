import { statSync } from 'node:fs';
import { SECOND } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { ColumnCache, type StoredColumns } from './column-cache.ts';
import { BLOCK_ROWS, type Columns, type Numbers, type Places, type Summary } from './columns/block.ts';
import type { DayColumns } from './columns/day.ts';
import { decodeColumns, decodePlaces } from './columns/encode.ts';
import { type KnownGroup, KnownGroups } from './columns/group.ts';
import {
  readAddresses,
  readDurations,
  readGroups,
  readPlaces,
  readStored,
  readSummaries,
} from './day-blocks.ts';
import { dayPath, listDays } from './day-file.ts';
import { OpenFiles } from './open-files.ts';

/** Room for the columns of some twelve million rows. */
const CACHE_BYTES = 96 * 2 ** 20;

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

/** Reads the days of a log. What was read of a day is kept, and read on where its file has changed. */
export class DayReader {
  readonly #instanceFile: string;
  readonly #known = new Map<number, KnownDay>();
  readonly #groups = new KnownGroups();
  readonly #cache = new ColumnCache(CACHE_BYTES);
  readonly #files = new OpenFiles();

  constructor(instanceFile: string) {
    this.#instanceFile = instanceFile;
  }

  /** The days from `first` to `last`, in the given order. Each can be read until the next is asked for. */
  *days(order: 'oldest' | 'newest', first = 0, last = Number.POSITIVE_INFINITY): Generator<DayColumns, void> {
    const days = listDays(this.#instanceFile);
    this.#forgetBut(days);
    if (order === 'oldest') days.reverse();
    this.#files.begin();
    try {
      for (const day of days) {
        if (day < first || day > last) continue;
        const known = this.#read(day);
        if (known === null) continue;
        yield new OpenDay(day, dayPath(this.#instanceFile, day), known, this.#cache, this.#files);
      }
    } finally {
      this.#files.end();
    }
  }

  close(): void {
    this.#files.close();
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
    const file = this.#files.open(path, fileKey(day, known));
    if (file === null || !hasBlocks(file)) return null;
    this.#readOn(file, known);
    known.stamp = Math.abs(Date.now() - changedAt) < LATELY ? null : stamp;
    this.#known.set(day, known);
    return known;
  }

  /** Reads what came since, as of one moment. */
  #readOn(file: SqliteFile, known: KnownDay): void {
    file.transaction(() => {
      for (const group of readGroups(file, known.groups.length)) known.groups.push(this.#groups.know(group));
      // One by one: a day may have more than a call can have arguments.
      for (const address of readAddresses(file, known.addresses.length)) known.addresses.push(address);
      // Of the blocks that are known only the last may have grown.
      const unchanged = known.blocks.slice(0, -1);
      known.blocks = [...unchanged, ...readSummaries(file, unchanged.length)];
    })();
  }
}

/** Tells the file of a day from another that was there before it, as a backup may be put in its place. */
const fileKey = (day: number, { inode }: Pick<KnownDay, 'inode'>): string => `${day} ${inode}`;

/** A file that was made a moment ago has no tables yet. */
const hasBlocks = (file: SqliteFile): boolean =>
  file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'block'").get() !== undefined;

/** A day that is being read, as it was when it was asked for: what its file gets meanwhile is not seen. */
class OpenDay implements DayColumns {
  readonly day: number;
  readonly groups: readonly KnownGroup[];
  readonly addresses: readonly string[];
  readonly blocks: readonly Summary[];
  readonly #path: string;
  readonly #key: string;
  readonly #cache: ColumnCache;
  readonly #files: OpenFiles;
  /** The last block that was asked for: it is asked for several times in a row. */
  #last: { id: number; columns: Columns } | null = null;

  constructor(
    day: number,
    path: string,
    { groups, addresses, blocks, inode }: KnownDay,
    cache: ColumnCache,
    files: OpenFiles,
  ) {
    this.day = day;
    this.groups = groups;
    this.addresses = addresses;
    this.blocks = blocks;
    this.#path = path;
    this.#key = fileKey(day, { inode });
    this.#cache = cache;
    this.#files = files;
  }

  columns(block: Summary): Columns {
    if (this.#last?.id === block.id) return this.#last.columns;
    const key = `${this.#key} ${block.id}`;
    const stored = this.#cache.get(key) ?? this.#readColumns(block);
    if (stored.rows === BLOCK_ROWS) this.#cache.add(key, stored);
    const read = () => this.#readDurations(block);
    const columns = {
      ...stored,
      get durations() {
        return read();
      },
    };
    this.#last = { id: block.id, columns };
    return columns;
  }

  places(block: Summary): Places {
    const file = this.#opened;
    return file === null ? NO_PLACES : readPlaces(file, block.id);
  }

  #readColumns({ id, rows }: Summary): StoredColumns {
    const file = this.#opened;
    if (file === null) return decodeColumns(new Uint8Array());
    const { times, groups, addresses, rows: all } = readStored(file, id);
    if (all === rows) return { rows, times, groups, addresses };
    // The block has grown since its summary was read.
    const first = <T extends Numbers>(numbers: T) => numbers.subarray(0, rows) as T;
    return { rows, times: first(times), groups: first(groups), addresses: first(addresses) };
  }

  #readDurations({ id }: Summary): Float64Array {
    const file = this.#opened;
    return file === null ? new Float64Array() : readDurations(file, id);
  }

  /** Null where retention has just taken the file. */
  get #opened(): SqliteFile | null {
    return this.#files.open(this.#path, this.#key);
  }
}

const NO_PLACES = decodePlaces(new Uint8Array());
