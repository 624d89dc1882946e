import { closeSync, openSync, readSync, renameSync } from 'node:fs';
import type { FoundRow } from './columns/match.ts';
import { journalFolder, logsFolder } from './paths.ts';
import { checkedBytes, listSegments, segmentPath } from './segments.ts';

/**
 * The journal's segments after the log writer is done with them: they go beside the days that name rows in them, and stay
 * as long as one of these does. So a record is written once.
 */
export const keptSegmentPath = (instanceFile: string, segment: number): string =>
  segmentPath(logsFolder(instanceFile), segment);

export const listKeptSegments = (instanceFile: string): number[] => listSegments(logsFolder(instanceFile));

/** Moves a segment that nothing is left to be brought in from. */
export function keepSegment(instanceFile: string, segment: number): void {
  renameSync(segmentPath(journalFolder(instanceFile), segment), keptSegmentPath(instanceFile, segment));
}

/** Bytes that a read takes at once, and that may lie between two lines that are read together. */
const SPAN_BYTES = 2 ** 22;
const GAP_BYTES = 2 ** 14;

/** Reads lines of segments, which it keeps open until it is closed. */
export class SegmentLines {
  readonly #instanceFile: string;
  readonly #open = new Map<number, number | null>();

  constructor(instanceFile: string) {
    this.#instanceFile = instanceFile;
  }

  /** Gives `take` the JSON of each row's record, in no order; null where it cannot be read. Lines beside each other are read at once. */
  read(rows: readonly FoundRow[], take: (row: FoundRow, json: Buffer | null) => void): void {
    const sorted = [...rows].sort((a, b) => a.segment - b.segment || a.offset - b.offset);
    for (let first = 0; first < sorted.length; ) {
      const start = sorted[first] as FoundRow;
      let end = start.offset + start.length;
      let next = first + 1;
      for (; next < sorted.length; next++) {
        const { segment, offset, length } = sorted[next] as FoundRow;
        if (
          segment !== start.segment ||
          offset - end > GAP_BYTES ||
          offset + length - start.offset > SPAN_BYTES
        )
          break;
        end = Math.max(end, offset + length);
      }
      const bytes = this.#bytes(start.segment, start.offset, end - start.offset);
      for (const row of sorted.slice(first, next)) {
        const at = row.offset - start.offset;
        take(row, bytes === null ? null : checkedBytes(bytes, at, at + row.length));
      }
      first = next;
    }
  }

  close(): void {
    for (const fd of this.#open.values()) if (fd !== null) closeSync(fd);
    this.#open.clear();
  }

  #bytes(segment: number, offset: number, length: number): Buffer | null {
    const fd = this.#descriptor(segment);
    if (fd === null) return null;
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const some = readSync(fd, bytes, read, length - read, offset + read);
      if (some === 0) break;
      read += some;
    }
    // What is missing at the end matches no checksum.
    return bytes.fill(0, read);
  }

  #descriptor(segment: number): number | null {
    const known = this.#open.get(segment);
    if (known !== undefined) return known;
    const journal = segmentPath(journalFolder(this.#instanceFile), segment);
    // It may be moved between the first look and the second.
    const fd =
      openIfThere(keptSegmentPath(this.#instanceFile, segment)) ??
      openIfThere(journal) ??
      openIfThere(keptSegmentPath(this.#instanceFile, segment));
    this.#open.set(segment, fd);
    return fd;
  }
}

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}
