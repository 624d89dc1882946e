import { setTimeout as wait } from 'node:timers/promises';
import type { Term } from '../../base/log-query/terms.ts';
import type { DayColumns } from './columns/day.ts';
import { matchesOf, placesOf } from './columns/match.ts';
import { ColumnSearch } from './columns/narrow.ts';
import type { DayReader } from './day-reader.ts';
import type { LogRecord } from './record.ts';
import { StoredRecords } from './records.ts';
import { decodeRecord } from './stored-record.ts';

/** How often it is looked for new rows, in milliseconds. */
const LOOK_EVERY = 250;

/** How many rows each day had. */
type RowCounts = Map<number, number>;

/** The rows that enter the days' files from now on, in the order in which they do, until `signal` aborts. */
export async function* followDays(
  instanceFile: string,
  reader: DayReader,
  terms: readonly Term[],
  signal: AbortSignal,
): AsyncGenerator<LogRecord[], void> {
  const search = new ColumnSearch({ from: 0, to: Number.POSITIVE_INFINITY, terms });
  let counts: RowCounts = new Map();
  for (const day of reader.days('oldest')) counts.set(day.day, rowsOf(day));
  while (!signal.aborted) {
    const now: RowCounts = new Map();
    const records = new StoredRecords(instanceFile);
    try {
      for (const day of reader.days('oldest')) {
        now.set(day.day, rowsOf(day));
        for (const rows of newRows(day, counts.get(day.day) ?? 0, search)) {
          const found: { place: number; record: LogRecord }[] = [];
          const kept = search.decide === null ? rows : records.filter(rows, search);
          records.read(kept, (row, json) => found.push({ place: row.at, record: decodeRecord(json) }));
          if (found.length > 0) yield found.sort((a, b) => a.place - b.place).map(({ record }) => record);
          if (signal.aborted) return;
        }
      }
    } finally {
      records.close();
    }
    counts = now;
    await wait(LOOK_EVERY, undefined, { signal }).catch((thrown) => {
      if (!signal.aborted) throw thrown;
    });
  }
}

const rowsOf = (day: DayColumns): number => day.blocks.reduce((sum, { rows }) => sum + rows, 0);

/** The matches among the rows of a day after the first `known`, a block at a time. */
function* newRows(day: DayColumns, known: number, search: ColumnSearch) {
  const narrowed = search.narrow(day);
  if (narrowed === null) return;
  let before = 0;
  for (const block of day.blocks) {
    const old = known - before;
    before += block.rows;
    if (old >= block.rows) continue;
    const matches = matchesOf(day, block, narrowed).filter((at) => at >= old);
    if (matches.length > 0) yield placesOf(day, block, matches);
  }
}
