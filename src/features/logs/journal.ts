import fs from 'node:fs';
import { crc32 } from 'node:zlib';
import { type Clock, systemClock } from '../../base/clock.ts';
import type { LogRecord } from './record.ts';
import { listSegments, segmentPath } from './segments.ts';
import { encodeRecord } from './stored-record.ts';

/** The record could not be journalled; `cause` says why. */
export class JournalUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'JournalUnavailable';
  }
}

export interface Journal {
  /**
   * Journals a record: resolves once the operating system has it (durability `process`) or the disk (`power`),
   * rejects with JournalUnavailable. All that is appended in one turn of the event loop is one write.
   */
  append(record: LogRecord): Promise<void>;
  /** Writes and syncs what is waiting, then closes. */
  close(): Promise<void>;
}

export interface JournalOptions {
  clock?: Clock;
  /** `process` (default): survives the process, synced every 100 ms. `power`: synced before it resolves. */
  durability?: 'process' | 'power';
  /** Bound on the size of all segments together, in bytes; default 1 GiB. */
  maxBytes?: number;
  /** Size at which a segment is closed and the next begun, in bytes; default 16 MiB. */
  segmentBytes?: number;
}

const MIB = 2 ** 20;
const SYNC_EVERY_MS = 100;
const RECOUNT_EVERY_MS = 100;

/** All that waits for the same write (and sync). */
interface Group {
  promise: Promise<void>;
  resolve: () => void;
  reject: (error: JournalUnavailable) => void;
}

interface Segment {
  number: number;
  fd: number;
  size: number;
}

/**
 * Opens a request journal for appending, in a new segment. The caller holds the lock: a journal has one writer. A line
 * is `CRC-32 of the JSON, 8 hexadecimal digits · space · JSON · newline`.
 * @param after the last segment that there is or was: what readers have recorded counts, too, or they would take the
 *   new one for one they know
 */
export function openJournal(folder: string, after: number, options: JournalOptions = {}): Journal {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new SegmentedJournal(folder, after, options);
}

class SegmentedJournal implements Journal {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #power: boolean;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  /** The last segment's number; the open one's where there is one. */
  #last: number;
  #segment: Segment | null = null;
  /** Bytes in segments other than the open one, when last counted. */
  #elsewhere = 0;
  #recountedAt = Number.NEGATIVE_INFINITY;
  /** Lines of this turn: one buffer, used again for every write. */
  #buffer = Buffer.allocUnsafe(256 * 1024);
  #length = 0;
  #group: Group | null = null;
  /** Durability `power`: written, waiting for the next sync. */
  #unsynced: Group[] = [];
  #syncing: Promise<void> | null = null;
  #syncTimer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(folder: string, last: number, options: JournalOptions) {
    this.#folder = folder;
    this.#last = last;
    this.#clock = options.clock ?? systemClock;
    this.#power = options.durability === 'power';
    this.#maxBytes = options.maxBytes ?? 1024 * MIB;
    this.#segmentBytes = options.segmentBytes ?? 16 * MIB;
    this.#segment = this.#openSegment();
  }

  append(record: LogRecord): Promise<void> {
    if (this.#closed) return Promise.reject(new JournalUnavailable('the journal is closed', null));
    this.#addLine(encodeRecord(record));
    if (this.#group === null) {
      this.#group = newGroup();
      setImmediate(() => this.#flush());
    }
    return this.#group.promise;
  }

  async close(): Promise<void> {
    this.#flush();
    this.#closed = true;
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    this.#syncTimer = null;
    while (this.#syncing) await this.#syncing;
    const segment = this.#segment;
    this.#segment = null;
    if (!segment) return;
    try {
      fs.fdatasyncSync(segment.fd);
    } finally {
      fs.closeSync(segment.fd);
    }
  }

  #addLine(json: string): void {
    const room = json.length * 3 + 10;
    if (this.#length + room > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + room));
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    const start = this.#length;
    const bytes = this.#buffer.write(json, start + 9, 'utf8');
    const sum = crc32(this.#buffer.subarray(start + 9, start + 9 + bytes));
    this.#buffer.write(`${sum.toString(16).padStart(8, '0')} `, start, 'latin1');
    this.#buffer[start + 9 + bytes] = 10;
    this.#length = start + bytes + 10;
  }

  /** Writes what this turn has collected, in one go. */
  #flush(): void {
    const group = this.#group;
    if (!group) return;
    const length = this.#length;
    this.#group = null;
    this.#length = 0;
    try {
      this.#write(length);
    } catch (thrown) {
      group.reject(
        thrown instanceof JournalUnavailable
          ? thrown
          : new JournalUnavailable(`the journal cannot be written: ${(thrown as Error).message}`, thrown),
      );
      return;
    }
    // One unusually large turn does not hold its memory for ever.
    if (this.#buffer.length > 4 * MIB) this.#buffer = Buffer.allocUnsafe(256 * 1024);
    if (this.#power) {
      this.#unsynced.push(group);
      this.#syncing ??= this.#syncAll();
    } else {
      group.resolve();
      this.#syncTimer ??= setTimeout(() => this.#syncLater(), SYNC_EVERY_MS).unref();
    }
  }

  #write(length: number): void {
    if (this.#segment && this.#segment.size >= this.#segmentBytes) this.#retire();
    this.#segment ??= this.#openSegment();
    const segment = this.#segment;
    this.#checkBound(segment.size + length);
    let written = 0;
    try {
      while (written < length)
        written += fs.writeSync(segment.fd, this.#buffer, written, length - written, segment.size + written);
    } catch (thrown) {
      if (written > 0) {
        // Part of the group is on the disk, and a reader may have seen it: take it back, and go on in another
        // segment, so that no position of a reader points into what is written next.
        try {
          fs.ftruncateSync(segment.fd, segment.size);
        } finally {
          this.#retire();
        }
      }
      throw thrown;
    }
    segment.size += length;
  }

  #checkBound(bytes: number): void {
    if (this.#elsewhere + bytes <= this.#maxBytes) return;
    const now = this.#clock.monotonic();
    if (now - this.#recountedAt >= RECOUNT_EVERY_MS) {
      this.#recountedAt = now;
      this.#elsewhere = this.#countElsewhere();
    }
    if (this.#elsewhere + bytes > this.#maxBytes)
      throw new JournalUnavailable(`the journal has reached its bound of ${this.#maxBytes} bytes`, null);
  }

  /** The size of the other segments; the log writer removes those it is done with. */
  #countElsewhere(): number {
    return listSegments(this.#folder)
      .filter((number) => number !== this.#segment?.number)
      .reduce((sum, number) => sum + sizeOf(segmentPath(this.#folder, number)), 0);
  }

  #openSegment(): Segment {
    const number = this.#last + 1;
    const fd = fs.openSync(segmentPath(this.#folder, number), 'wx', 0o600);
    const segment = { number, fd, size: 0 };
    this.#last = number;
    this.#segment = segment;
    this.#elsewhere = this.#countElsewhere();
    syncFolder(this.#folder);
    return segment;
  }

  /** Ends the open segment; the next write begins another. Never waits for the disk, unless asked to. */
  #retire(): void {
    const segment = this.#segment;
    this.#segment = null;
    if (!segment) return;
    if (this.#power) {
      // Groups of this segment may still wait for their sync.
      fs.fdatasyncSync(segment.fd);
      fs.closeSync(segment.fd);
      return;
    }
    fs.fdatasync(segment.fd, (error) => {
      if (error) console.error(`gatehouse: the request journal could not be synced: ${error.message}`);
      fs.closeSync(segment.fd);
    });
  }

  /** Durability `power`: syncs until nobody waits. */
  async #syncAll(): Promise<void> {
    while (this.#unsynced.length > 0) {
      const groups = this.#unsynced;
      this.#unsynced = [];
      try {
        await this.#sync();
        for (const group of groups) group.resolve();
      } catch (thrown) {
        const error = new JournalUnavailable('the journal cannot be synced', thrown);
        for (const group of groups) group.reject(error);
      }
    }
    this.#syncing = null;
  }

  /** Durability `process`: the sync every 100 ms. */
  #syncLater(): void {
    this.#syncTimer = null;
    this.#syncing ??= this.#sync()
      .catch((thrown: Error) =>
        console.error(`gatehouse: the request journal could not be synced: ${thrown.message}`),
      )
      .finally(() => {
        this.#syncing = null;
      });
  }

  /** Syncs the open segment. What a failed sync left on the disk is unknown, so after one we go on in another. */
  #sync(): Promise<void> {
    const segment = this.#segment;
    if (!segment) return Promise.resolve();
    return new Promise((resolve, reject) => {
      // A descriptor of its own: the segment may be retired, and its own closed, meanwhile.
      const fd = fs.openSync(segmentPath(this.#folder, segment.number), 'r+');
      fs.fdatasync(fd, (error) => {
        fs.closeSync(fd);
        if (!error) return resolve();
        if (this.#segment === segment) {
          this.#segment = null;
          fs.closeSync(segment.fd);
        }
        reject(error);
      });
    });
  }
}

function newGroup(): Group {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, resolve, reject };
}

function sizeOf(path: string): number {
  return fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Makes a new file's name durable. */
function syncFolder(folder: string): void {
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
