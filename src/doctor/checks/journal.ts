import { existsSync, statSync } from 'node:fs';
import type { SqliteFile } from '../../db/open.ts';
import { journalFolder } from '../../features/logs/paths.ts';
import { readPosition } from '../../features/logs/position.ts';
import {
  earlier,
  listSegments,
  type Position,
  readLines,
  START,
  segmentPath,
} from '../../features/logs/segments.ts';
import { readUsage } from '../../features/usage/usage-file.ts';
import { type Finding, fail, ok, warn } from '../check.ts';

const MIB = 2 ** 20;
/** Half of the journal's own bound: from there it is minutes until the gateway has to refuse. */
const MUCH = 512 * MIB;
const READ_LINES = 10_000;

/** The journal has every segment that the databases still need, its lines are whole, and little of it waits. */
export function checkJournal(instanceFile: string, main: SqliteFile): Finding {
  const folder = journalFolder(instanceFile);
  if (!existsSync(folder)) return ok('There is no journal yet.');
  const usage = readUsage(instanceFile, (file) => readPosition(file, 'usage')) ?? START;
  const from = earlier(usage, readPosition(main, 'token_use'));
  const segments = listSegments(folder).filter((number) => number >= from.segment);
  const gaps = gapsIn(segments, Math.max(from.segment, 1));
  if (gaps.length > 0)
    return fail(
      `The journal lacks ${gaps.length} segments that were not brought in (${gaps.slice(0, 5).join(', ')}).`,
      'Their requests are missing from the log. Look for what removed files of FILE.journal; a backup may have them.',
    );
  const { bytes, damaged } = readWaiting(folder, segments, from);
  if (damaged > 0)
    return warn(
      `${damaged} lines of the journal do not match their checksums.`,
      'They will be skipped. Check the disk, and keep a copy of FILE.journal if those requests matter.',
    );
  if (bytes > MUCH)
    return warn(
      `${Math.round(bytes / MIB)} MiB of the journal wait to be brought in.`,
      'See what holds the log writer up: a full or slow disk, or a long transaction on the databases.',
    );
  return ok(`${segments.length} segments, ${bytes} bytes wait to be brought in.`);
}

function gapsIn(segments: readonly number[], first: number): number[] {
  const there = new Set(segments);
  const gaps: number[] = [];
  for (let number = first; number < (segments.at(-1) ?? 0); number++)
    if (!there.has(number)) gaps.push(number);
  return gaps;
}

function readWaiting(folder: string, segments: readonly number[], from: Position) {
  let [bytes, damaged] = [0, 0];
  for (const number of segments) {
    const path = segmentPath(folder, number);
    let offset = number === from.segment ? from.offset : 0;
    // A segment that the log writer has removed meanwhile waits no more.
    bytes += Math.max(0, (statSync(path, { throwIfNoEntry: false })?.size ?? 0) - offset);
    for (let more = existsSync(path); more; ) {
      const read = readLines(path, offset, READ_LINES, MIB);
      damaged += read.lines.filter((line) => line.json === null).length;
      offset = read.end;
      more = read.more;
    }
  }
  return { bytes, damaged };
}
