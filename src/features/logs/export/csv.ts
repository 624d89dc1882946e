import { detailOf } from '../detail.ts';
import type { LogRecord } from '../record.ts';
import { decodeRecord } from '../stored-record.ts';
import type { ByteSink } from './byte-sink.ts';
import { RecordBytes } from './record-bytes.ts';

const COLUMNS = [
  ...['requestId', 'time', 'tokenId', 'tokenName', 'userId', 'userName', 'address', 'method', 'path'],
  ...['endpoint', 'status', 'reason', 'durationMs', 'upstreamMs', 'bytesIn', 'bytesOut', 'userAgent'],
  ...['policyVersion', 'tag'],
] as const satisfies ReadonlyArray<keyof ReturnType<typeof cellsOf> & keyof LogRecord>;

/** A query may ask for an endpoint by its tag, which rows do not show. */
const cellsOf = (record: LogRecord) => ({ ...detailOf(record), tag: record.tag });

/** RFC 4180, lines ended by CR LF. */
export const csvHeader = `${COLUMNS.join(',')}\r\n`;

/** A record as a line of CSV. */
export function csvLine(record: LogRecord): string {
  const detail = cellsOf(record);
  return `${COLUMNS.map((column) => csvCell(detail[column])).join(',')}\r\n`;
}

/** A cell that no spreadsheet takes for a formula: what could start one gets an apostrophe before it. */
export function csvCell(value: string | number | Date | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const [QUOTE, COMMA, BACKSLASH, NULL, QUESTION] = [34, 44, 92, 110, 63];
/** The ends of a line, and what could start a formula: = + - @. */
const [CR, LF] = [13, 10];
const FORMULA = new Set([61, 43, 45, 64]);

/** Writes records as `csvLine`, from their lines: most values go over as they stand there. */
export class CsvWriter {
  readonly #record = new RecordBytes();
  #shape: unknown = null;
  #places: readonly number[] = [];
  #query = -1;

  write(line: Buffer, into: ByteSink): void {
    const record = this.#record;
    if (!record.read(line)) {
      into.text(csvLine(decodeRecord(line.toString())));
      return;
    }
    if (this.#shape !== record.shape) {
      this.#places = COLUMNS.map((column) => record.placeOf(column));
      this.#query = record.placeOf('query');
      this.#shape = record.shape;
    }
    for (let column = 0; column < COLUMNS.length; column++) {
      if (column > 0) into.byte(COMMA);
      const place = this.#places[column] as number;
      if (place === -1) continue;
      if (column === TIME) into.isoTime(record.whole(place));
      else this.#cell(into, place, column === PATH ? this.#query : -1);
    }
    into.byte(CR);
    into.byte(LF);
  }

  /** @param query the place of what follows a question mark; -1: nothing does */
  #cell(into: ByteSink, place: number, query: number): void {
    const record = this.#record;
    const { line } = record;
    const [start, end] = [record.start(place), record.end(place)];
    if (line[start] !== QUOTE) {
      if (line[start] !== NULL) into.copy(line, start, end);
      return;
    }
    const hasQuery = query !== -1 && record.end(query) - record.start(query) > 2;
    const isPlain =
      isPlainText(line, start + 1, end - 1) &&
      !FORMULA.has(line[start + 1] as number) &&
      (!hasQuery || isPlainText(line, record.start(query) + 1, record.end(query) - 1));
    if (isPlain) {
      into.copy(line, start + 1, end - 1);
      if (!hasQuery) return;
      into.byte(QUESTION);
      into.copy(line, record.start(query) + 1, record.end(query) - 1);
      return;
    }
    const textAt = (at: number) =>
      JSON.parse(line.toString('utf8', record.start(at), record.end(at))) as string;
    into.text(csvCell(hasQuery ? `${textAt(place)}?${textAt(query)}` : textAt(place)));
  }
}

const TIME = COLUMNS.indexOf('time');
const PATH = COLUMNS.indexOf('path');

/** Whether a text of JSON is a cell as it stands, but for how it begins. */
function isPlainText(line: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = line[at];
    if (byte === BACKSLASH || byte === COMMA) return false;
  }
  return true;
}
