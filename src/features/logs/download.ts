import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogFilter } from './contract.ts';
import { csvHeader, csvLine } from './csv.ts';
import type { Place } from './cursor.ts';
import { detailOf } from './detail.ts';
import type { LogStore, StoredRecord } from './log-store.ts';
import type { LogRecord } from './record.ts';

export type DownloadFormat = 'ndjson' | 'csv';

const PAGE = 1_000;

/** NDJSON loses nothing: the whole detail, and what the console does not show. */
const ndjsonLine = (record: LogRecord) =>
  `${JSON.stringify({ ...detailOf(record), tag: record.tag, counted: record.counted })}\n`;

/** A piece of the file, and how many of the log's rows are in it. */
export interface DownloadPiece {
  readonly text: string;
  readonly rows: number;
}

/**
 * The rows of a filter as a file, oldest first, a piece of text a page of rows. Rows that arrive after it began are
 * left out, so it ends.
 */
export async function* downloadRows(
  log: Pick<LogStore, 'records'>,
  filter: LogFilter,
  format: DownloadFormat,
  now: number,
): AsyncGenerator<DownloadPiece, void> {
  const bounded = { ...filter, to: new Date(Math.min(filter.to?.getTime() ?? now + 1, now + 1)) };
  const line = format === 'csv' ? csvLine : ndjsonLine;
  if (format === 'csv') yield { text: csvHeader, rows: 0 };
  for (let after: Place | null = null; ; ) {
    const records: StoredRecord[] = await log.records(bounded, { order: 'oldest', after, limit: PAGE });
    if (records.length > 0)
      yield { text: records.map(({ record }) => line(record)).join(''), rows: records.length };
    const last = records.at(-1);
    if (!last || records.length < PAGE) return;
    after = last;
    await nextTurn();
  }
}
