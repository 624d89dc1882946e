import { existsSync } from 'node:fs';
import type { SqliteFile } from '../../db/open.ts';
import { placesOf } from './columns/match.ts';
import { dayColumnsOf } from './day-blocks.ts';
import { keptSegmentPath } from './kept-segments.ts';
import { journalFolder } from './paths.ts';
import { StoredRecords } from './records.ts';
import { segmentPath } from './segments.ts';

/** The files of segments in which records of a day are, and that are not there. */
export function missingSegments(instanceFile: string, file: SqliteFile): string[] {
  const numbers = file.prepare<[], number>('SELECT number FROM segment').pluck().all();
  return numbers
    .filter((number) => !existsSync(segmentPath(journalFolder(instanceFile), number)))
    .map((number) => keptSegmentPath(instanceFile, number))
    .filter((path) => !existsSync(path));
}

/** How many rows of a day have no record that can be read. Reads all of them. */
export function unreadableRecords(instanceFile: string, day: number, file: SqliteFile): number {
  const columns = dayColumnsOf(file, day);
  const records = new StoredRecords(instanceFile);
  let lost = 0;
  try {
    for (const block of columns.blocks) {
      const all = Array.from({ length: block.rows }, (_, at) => at);
      let read = 0;
      records.read(placesOf(columns, block, all), () => read++);
      lost += block.rows - read;
    }
  } finally {
    records.close();
  }
  return lost;
}
