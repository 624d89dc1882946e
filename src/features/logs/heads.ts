import type { FoundRow } from './columns/match.ts';
import { searchDays } from './columns/search.ts';
import type { Place } from './cursor.ts';
import type { DayReader } from './day-reader.ts';
import type { HeadRow } from './log-store.ts';
import { parseRecord } from './parse-record.ts';
import { StoredRecords } from './records.ts';
import { dayOf } from './row-ids.ts';

/** Rows read at once: a few MB. */
const PAGE = 4_000;

/** Reads on until a page is full. */
const UNHURRIED = { isSpent: () => false, giveWay: async () => undefined };

/**
 * The heads of all rows with `from` <= time < `to` (Unix milliseconds), a page at a time in order of time. What
 * retention takes meanwhile is left out.
 */
export async function* readHeads(
  instanceFile: string,
  reader: DayReader,
  from: number,
  to: number,
): AsyncGenerator<HeadRow[], void> {
  const records = new StoredRecords(instanceFile);
  try {
    for (let after: Place | null = null; ; ) {
      const days = reader.days('oldest', Math.max(dayOf(from), after?.day ?? 0), dayOf(to - 1));
      const page = { order: 'oldest', after, limit: PAGE } as const;
      const { rows, next } = await searchDays(days, { from, to, terms: [] }, page, records, UNHURRIED);
      const read = new Map<FoundRow, string>();
      records.read(rows, (row, json) => read.set(row, json));
      yield rows.flatMap((row) => {
        const json = read.get(row);
        const record = json === undefined ? null : parseRecord(json);
        return json === undefined || record === null ? [] : [{ record, json }];
      });
      if (next === null) return;
      after = next;
    }
  } finally {
    records.close();
  }
}
