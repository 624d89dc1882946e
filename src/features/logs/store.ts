import { SECOND } from '../../base/clock.ts';
import { timeOfId } from '../../base/ids.ts';
import type { LogFilter } from './contract.ts';
import { dayOf, idAt, listDays, readDay } from './day-file.ts';
import { queryDay } from './day-query.ts';
import type { Page, StoredRecord } from './log-store.ts';
import type { LogRecord } from './record.ts';
import { decodeRecord } from './stored-record.ts';

/**
 * Up to `limit` records that a filter lets through, by time in the given order, after `from` where a page before
 * ended there. Every day's file is opened, read and closed, so no read transaction is longer than a page.
 */
export function readRecords(instanceFile: string, filter: LogFilter, page: Page): StoredRecord[] {
  const newest = page.order === 'newest';
  const from = filter.from?.getTime() ?? Number.NEGATIVE_INFINITY;
  const to = filter.to?.getTime() ?? Number.POSITIVE_INFINITY;
  const days = listDays(instanceFile).filter((day) => day >= dayOf(from) && day <= dayOf(to - 1));
  if (!newest) days.reverse();
  const records: StoredRecord[] = [];
  for (const day of days) {
    if (page.after && (newest ? day > page.after.day : day < page.after.day)) continue;
    const after = page.after?.day === day ? page.after.id : null;
    const stretch = {
      from: Math.max(idAt(day, from), !newest && after !== null ? after + 1 : 0),
      to: Math.min(idAt(day, to), newest && after !== null ? after : Number.MAX_SAFE_INTEGER),
      order: page.order,
      limit: page.limit - records.length,
    };
    const rows = readDay(instanceFile, day, (file) => queryDay(file, filter, stretch)) ?? [];
    for (const row of rows) records.push({ day, id: row.id, record: decodeRecord(row.detail) });
    if (records.length >= page.limit) break;
  }
  return records;
}

/** How far a request's id and the time of its arrival may lie apart. */
const ID_SLACK = 5 * SECOND;

/** The record of a request, found by the time in its id; null where there is none. */
export function readRecord(instanceFile: string, requestId: string): LogRecord | null {
  const time = timeOfId(requestId);
  if (time === null) return null;
  // Nearly always the very millisecond; an index on a random id would cost the writer more than this look around.
  for (const slack of [0, ID_SLACK]) {
    const [from, to] = [time - slack, time + slack + 1];
    for (let day = dayOf(from); day <= dayOf(to - 1); day++) {
      const detail = readDay(instanceFile, day, (file) =>
        file
          .prepare<[number, number, string], string>(
            `SELECT detail FROM request WHERE id >= ? AND id < ? AND detail ->> 'requestId' = ?`,
          )
          .pluck()
          .get(idAt(day, from), idAt(day, to), requestId.toLowerCase()),
      );
      if (detail) return decodeRecord(detail);
    }
  }
  return null;
}
