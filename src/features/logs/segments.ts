import { isAscii } from 'node:buffer';
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A place in the request journal: the next byte to read. */
export interface Position {
  segment: number;
  offset: number;
}

export const START: Position = { segment: 0, offset: 0 };

export const isBefore = (a: Position, b: Position): boolean =>
  a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);

export const earlier = (a: Position, b: Position): Position => (isBefore(b, a) ? b : a);

/** A segment's file, as `0000000001.jnl`. */
export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(10, '0')}.jnl`);

/** The numbers of the segments there are, ascending; none where the folder does not exist. */
export function listSegments(folder: string): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw thrown;
  }
  return names
    .filter((name) => /^\d{10}\.jnl$/.test(name))
    .map((name) => Number(name.slice(0, 10)))
    .sort((a, b) => a - b);
}

/** One whole line of a segment. */
interface Line {
  offset: number;
  /** Its length without the newline. */
  bytes: number;
  /** The record's JSON, or null where the line is damaged. */
  json: string | null;
}

export interface Lines {
  lines: Line[];
  /** Where to go on: after the last whole line that was read. */
  end: number;
  /** Whether whole lines may follow. */
  more: boolean;
}

const NEWLINE = 10;
const SPACE = 32;
/** Eight hexadecimal digits and a space. */
const PREFIX = 9;

/**
 * Reads whole lines of a segment from `offset` on: about `maxBytes` of them, at most `maxLines`, at least one if
 * there is one. What follows the last newline is left alone: it is still being written, or torn. An offset beyond
 * the end reads nothing.
 */
export function readLines(path: string, offset: number, maxLines: number, maxBytes: number): Lines {
  const fd = openSync(path, 'r');
  try {
    const size = fstatSync(fd).size;
    for (let length = maxBytes; ; length *= 4) {
      const wanted = Math.min(length, size - offset);
      if (wanted <= 0) return { lines: [], end: offset, more: false };
      const buffer = Buffer.allocUnsafe(wanted);
      const read = readSync(fd, buffer, 0, wanted, offset);
      const found = splitLines(buffer.subarray(0, read), offset, maxLines);
      const reachedEnd = offset + read >= size;
      // A line longer than the buffer: read more at once.
      if (found.lines.length === 0 && !reachedEnd) continue;
      return { ...found, more: found.lines.length === maxLines || !reachedEnd };
    }
  } finally {
    closeSync(fd);
  }
}

function splitLines(buffer: Buffer, base: number, maxLines: number): { lines: Line[]; end: number } {
  const lines: Line[] = [];
  let start = 0;
  while (lines.length < maxLines) {
    const newline = buffer.indexOf(NEWLINE, start);
    if (newline === -1) break;
    lines.push({
      offset: base + start,
      bytes: newline - start,
      json: checkedJson(buffer, start, newline),
    });
    start = newline + 1;
  }
  return { lines, end: base + start };
}

/** The JSON of the line from `start` to `end` (without its newline), or null where it does not match its checksum. */
export function checkedJson(buffer: Buffer, start: number, end: number): string | null {
  const json = checkedBytes(buffer, start, end);
  return json && textOf(json);
}

/** UTF-8 as a text. Nearly all that we write is ASCII, which Latin-1 reads in a third of the time. */
export const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8');

/** As `checkedJson`, as it lies there. */
export function checkedBytes(buffer: Buffer, start: number, end: number): Buffer | null {
  if (end - start <= PREFIX || buffer[start + PREFIX - 1] !== SPACE) return null;
  const sum = buffer.toString('latin1', start, start + PREFIX - 1);
  if (!/^[0-9a-f]{8}$/.test(sum)) return null;
  const json = buffer.subarray(start + PREFIX, end);
  if (Number.parseInt(sum, 16) !== crc32(json)) return null;
  return json;
}
