import type { SqliteFile } from '../../db/open.ts';
import { matchesOf, placesOf } from './columns/match.ts';
import { dayColumnsOf } from './day-blocks.ts';
import { parseRecord, type RecordHead } from './parse-record.ts';
import { StoredRecords } from './records.ts';
import { timeIn } from './row-ids.ts';

/** Whether the file of a day has a row of this request. */
export function hasRecord(
  instanceFile: string,
  file: SqliteFile,
  day: number,
  { requestId, time }: Pick<RecordHead, 'requestId' | 'time'>,
): boolean {
  const from = timeIn(day, time);
  const columns = dayColumnsOf(file, day);
  const narrowed = { from, to: from + 1, groups: null, addresses: null, duration: null };
  const records = new StoredRecords(instanceFile);
  let has = false;
  try {
    for (const block of columns.blocks) {
      if (block.first > from || block.last < from) continue;
      const rows = placesOf(columns, block, matchesOf(columns, block, narrowed));
      records.read(rows, (_, json) => {
        has ||= parseRecord(json)?.requestId === requestId;
      });
    }
  } finally {
    records.close();
  }
  return has;
}
