import { type Clock, systemClock } from '../../base/clock.ts';
import { timeOfId } from '../../base/ids.ts';
import { term } from '../../base/log-query/build.ts';
import { countDays } from './columns/count.ts';
import type { FoundRow } from './columns/match.ts';
import { searchDays } from './columns/search.ts';
import { readCounted } from './counted.ts';
import { DayReader } from './day-reader.ts';
import { readHeads } from './heads.ts';
import { ID_SLACK, narrowedByIds } from './id-span.ts';
import type { CountBy, Counts, Found, LogStore, Page, Search, StoredRecord } from './log-store.ts';
import { StoredRecords } from './records.ts';

import { ingestIfIdle, journalState } from './replay.ts';
import { logBytes, newestRowTime, oldestRowTime } from './retention.ts';

import { dayOf } from './row-ids.ts';
import { addressesSeen } from './seen.ts';
import { textOf } from './segments.ts';
import { decodeRecord } from './stored-record.ts';
import { followDays } from './tail.ts';
import { budgetOf, paceOf } from './turns.ts';

/** The log of an instance in a file: a file a UTC day beside it, and the journal's segments. */
export function sqliteLog(instanceFile: string, clock: Clock = systemClock): LogStore & { close(): void } {
  const reader = new DayReader(instanceFile);
  let broughtIn: string | null = null;

  /** A page of rows, each with the JSON of its record. */
  const find = async (asked: Search, page: Page, budgetMs: number) => {
    const records = new StoredRecords(instanceFile);
    try {
      const narrowed = narrowedByIds(asked);
      const days = reader.days(page.order, dayOf(narrowed.from), dayOf(narrowed.to - 1));
      const { rows, ...rest } = await searchDays(days, narrowed, page, records, budgetOf(clock, budgetMs));
      const read = new Map<FoundRow, Buffer>();
      records.readBytes(rows, (row, json) => read.set(row, json));
      const stored = rows.flatMap((row) => {
        const json = read.get(row);
        return json === undefined ? [] : [{ row, json }];
      });
      return { rows: stored, ...rest };
    } finally {
      records.close();
    }
  };

  const search = async (asked: Search, page: Page, budgetMs: number): Promise<Found> => {
    const { rows, ...rest } = await find(asked, page, budgetMs);
    const stored = rows.map(
      ({ row: { day, id, segment }, json }): StoredRecord => ({
        day,
        id,
        segment,
        record: decodeRecord(textOf(json)),
      }),
    );
    return { rows: stored, ...rest };
  };

  return {
    async bringIn() {
      // What this process has brought in and what stands there still need not be looked at again.
      const now = journalState(instanceFile);
      if (now !== broughtIn && ingestIfIdle(instanceFile)) broughtIn = journalState(instanceFile);
    },
    search,
    async lines(asked, page, budgetMs) {
      const { rows, ...rest } = await find(asked, page, budgetMs);
      return { lines: rows.map(({ json }) => json), ...rest };
    },

    async *count(asked: Search, by: CountBy): AsyncGenerator<Counts, void> {
      const records = new StoredRecords(instanceFile);
      try {
        const narrowed = narrowedByIds(asked);
        const days = reader.days('newest', dayOf(narrowed.from), dayOf(narrowed.to - 1));
        yield* countDays(days, narrowed, by, records, paceOf(clock));
      } finally {
        records.close();
      }
    },

    tail: (terms, signal) => followDays(instanceFile, reader, terms, signal),

    async record(requestId) {
      const time = timeOfId(requestId);
      if (time === null) return null;
      const terms = [term('id', requestId)];
      const page: Page = { order: 'oldest', after: null, limit: 1 };
      // Nearly always the very millisecond; an index on a random id would cost the writer more than this look around.
      for (const slack of [0, ID_SLACK]) {
        const asked = { from: time - slack, to: time + slack + 1, terms };
        const { rows } = await search(asked, page, Number.POSITIVE_INFINITY);
        if (rows[0] !== undefined) return rows[0].record;
      }
      return null;
    },

    heads: (from, to) => readHeads(instanceFile, reader, from, to),
    addressesSeen: async (since, tokenIds) => addressesSeen(instanceFile, since, tokenIds),
    counted: async (since, take) => readCounted(reader, since, take),
    size: async () => logBytes(instanceFile),
    oldestRow: async () => oldestRowTime(instanceFile),
    newestRow: async () => newestRowTime(instanceFile),
    close: () => reader.close(),
  };
}
