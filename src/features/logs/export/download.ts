import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExportFormat } from '../contract.ts';
import type { Place } from '../cursor.ts';
import type { FoundLines, LogStore, Page, Search } from '../log-store.ts';
import { decodeRecord } from '../stored-record.ts';
import { ByteSink } from './byte-sink.ts';
import { CsvWriter, csvHeader } from './csv.ts';
import { harBetween, harEntry, harHead, harTail } from './har.ts';
import { NdjsonWriter } from './ndjson.ts';

/** Rows that are read at once: some MB. */
const PAGE = 5_000;
/** Rows that are written at once, before others of this thread have their turn. */
const PIECE = 500;
/** A page of rows that are hard to find comes after so many milliseconds, even if it is not full. */
const PAGE_MS = 1_000;

/** How a format is written: what is before the first row and behind the last, and what is between two. */
interface Form {
  readonly head: string;
  readonly between: string;
  readonly tail: string;
  readonly rows: {
    /** @param line the JSON of the record as it was journalled */
    write(line: Buffer, into: ByteSink): void;
  };
}

const formOf = (format: ExportFormat, version: string): Form => {
  switch (format) {
    case 'ndjson':
      return { head: '', between: '', tail: '', rows: new NdjsonWriter() };
    case 'csv':
      return { head: csvHeader, between: '', tail: '', rows: new CsvWriter() };
    case 'har':
      return { head: harHead(version), between: harBetween, tail: harTail, rows: HAR_ENTRIES };
  }
};

const HAR_ENTRIES: Form['rows'] = {
  write: (line, into) => into.text(harEntry(decodeRecord(line.toString()))),
};

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
  log: Pick<LogStore, 'lines'>,
  search: Search,
  format: ExportFormat,
  { now, version }: { now: number; version: string },
): AsyncGenerator<DownloadPiece, void> {
  const bounded = { ...search, to: Math.min(search.to, now + 1) };
  const { head, between, tail, rows } = formOf(format, version);
  if (head !== '') yield { text: head, rows: 0 };
  const sink = new ByteSink();
  let isFirst = true;
  for (let after: Place | null = null; ; ) {
    const page: Page = { order: 'oldest', after, limit: PAGE };
    const { lines, next }: FoundLines = await log.lines(bounded, page, PAGE_MS);
    // Who waits for rows that are hard to find hears that it goes on.
    if (lines.length === 0 && next !== null) yield { text: '', rows: 0 };
    for (let at = 0; at < lines.length; ) {
      const first = at;
      for (const end = Math.min(lines.length, at + PIECE); at < end; at++) {
        if (!isFirst && between !== '') sink.text(between);
        rows.write(lines[at] as Buffer, sink);
        isFirst = false;
      }
      yield { text: sink.take(), rows: at - first };
      await nextTurn();
    }
    if (next === null) break;
    after = next;
  }
  if (tail !== '') yield { text: tail, rows: 0 };
}
