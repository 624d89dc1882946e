import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportFormat } from './contract.ts';
import { csvHeader, csvLine } from './csv.ts';
import type { Place } from './cursor.ts';
import { detailOf } from './detail.ts';
import { harBetween, harEntry, harHead, harTail } from './har.ts';
import type { Found, LogStore, Search } from './log-store.ts';
import type { LogRecord } from './record.ts';

const PAGE = 1_000;
/** A page of rows that are hard to find comes after so many milliseconds, even if it is not full. */
const PAGE_MS = 1_000;

/** NDJSON loses nothing: the whole detail, and what the console does not show. */
const ndjsonLine = (record: LogRecord) =>
  `${JSON.stringify({ ...detailOf(record), tag: record.tag, counted: record.counted })}\n`;

/** How a format is written: what is before the first row and behind the last, and what is between two. */
interface Form {
  readonly head: string;
  readonly between: string;
  readonly tail: string;
  row(record: LogRecord): string;
}

const formOf = (format: ExportFormat, version: string): Form =>
  ({
    ndjson: { head: '', between: '', tail: '', row: ndjsonLine },
    csv: { head: csvHeader, between: '', tail: '', row: csvLine },
    har: { head: harHead(version), between: harBetween, tail: harTail, row: harEntry },
  })[format];

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
  log: Pick<LogStore, 'search'>,
  search: Search,
  format: ExportFormat,
  { now, version }: { now: number; version: string },
): AsyncGenerator<DownloadPiece, void> {
  const bounded = { ...search, to: Math.min(search.to, now + 1) };
  const { head, between, tail, row } = formOf(format, version);
  if (head !== '') yield { text: head, rows: 0 };
  let first = true;
  for (let after: Place | null = null; ; ) {
    const { rows, next }: Found = await log.search(bounded, { order: 'oldest', after, limit: PAGE }, PAGE_MS);
    if (rows.length > 0) {
      const text = rows.map(({ record }) => row(record)).join(between);
      yield { text: first ? text : between + text, rows: rows.length };
      first = false;
    }
    if (next === null) break;
    after = next;
    await nextTurn();
  }
  if (tail !== '') yield { text: tail, rows: 0 };
}
