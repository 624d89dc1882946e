import { closeSync, fstatSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { journalFolder } from '../logs/paths.ts';
import { listSegments, type Position, segmentPath } from '../logs/segments.ts';

const CHUNK = 2 ** 20;

/** Segments of the journal that are held open: what the log writer removes meanwhile can still be read. */
export class HeldSegments {
  readonly #folder: string;
  readonly #open = new Map<number, number>();

  constructor(instanceFile: string) {
    this.#folder = journalFolder(instanceFile);
  }

  /** Opens those that came since. */
  holdNew(): void {
    for (const number of listSegments(this.#folder)) {
      if (this.#open.has(number)) continue;
      try {
        this.#open.set(number, openSync(segmentPath(this.#folder, number), 'r'));
      } catch (thrown) {
        // Removed since it was listed; whether it is needed, `missingFrom` tells.
        if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      }
    }
  }

  /** The held segments from `first` on, ascending, each as long as it is now. */
  from(first: number): HeldSegment[] {
    return [...this.#open]
      .filter(([number]) => number >= first)
      .sort(([a], [b]) => a - b)
      .map(([number, fd]) => ({ number, fd, bytes: fstatSync(fd).size }));
  }

  /** Numbers that are not held although `first`, or an earlier held one, and a later one are there. */
  missingFrom(first: number): number[] {
    const numbers = this.from(first).map(({ number }) => number);
    const last = numbers.at(-1) ?? 0;
    const missing: number[] = [];
    // Numbers begin with 1; position 0 is that of a reader that has read nothing.
    for (let number = Math.max(first, 1); number < last; number++)
      if (!this.#open.has(number)) missing.push(number);
    return missing;
  }

  close(): void {
    for (const fd of this.#open.values()) closeSync(fd);
    this.#open.clear();
  }
}

export interface HeldSegment {
  readonly number: number;
  readonly fd: number;
  /** How much of it belongs to the backup. */
  readonly bytes: number;
}

/** Writes a held segment's bytes into a new file. */
export function copySegment({ fd, bytes }: HeldSegment, path: string): void {
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  const to = openSync(path, 'r+');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (let at = 0; at < bytes; ) {
      const read = readSync(fd, buffer, 0, Math.min(CHUNK, bytes - at), at);
      if (read === 0) throw new Error('a segment of the journal became shorter while it was copied');
      for (let written = 0; written < read; ) written += writeSync(to, buffer, written, read - written);
      at += read;
    }
  } finally {
    closeSync(to);
  }
}

const NEWLINE = 10;

/** How many whole lines the segments have from a position on. */
export function countLines(segments: readonly HeldSegment[], from: Position): number {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let lines = 0;
  for (const { number, fd, bytes } of segments) {
    if (number < from.segment) continue;
    for (let at = number === from.segment ? from.offset : 0; at < bytes; ) {
      const read = readSync(fd, buffer, 0, Math.min(CHUNK, bytes - at), at);
      if (read === 0) break;
      const chunk = buffer.subarray(0, read);
      for (let next = chunk.indexOf(NEWLINE); next !== -1; next = chunk.indexOf(NEWLINE, next + 1)) lines++;
      at += read;
    }
  }
  return lines;
}
