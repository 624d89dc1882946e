import type { LogRecord } from '../record.ts';
import type { Flaw } from './flaw.ts';
import type { Splitter, Taker } from './split-lines.ts';
import type { TextTable } from './text-table.ts';

/** What the index has of a record, texts by their number in the file's table. One is filled again for each record. */
export class Head {
  time = 0;
  status = 0;
  durationMs = 0;
  counted = false;
  tokenId = 0;
  tokenName = 0;
  userId = 0;
  userName = 0;
  endpoint = 0;
  tag = 0;
  method = 0;
  reason = 0;
  address = 0;
}

/** Which record it is: one that says no id of its own has this for one. */
export interface RecordPlace {
  /** Counted from 1, in the order in which the files were given. */
  readonly file: number;
  readonly line: number;
  /** Of its first byte in the unpacked file. */
  readonly offset: number;
}

/** Reads the records of one file. It may keep what the file's beginning says of them, as a CSV's column names. */
export interface RecordReader {
  /** Splits the file into the records' texts. */
  split(taker: Taker): Splitter;
  /** Fills `head` from the text of a record, or says why that cannot be done; `SKIP`: it is none, and need not be. */
  head(bytes: Uint8Array, from: number, to: number, head: Head): Flaw | typeof SKIP | null;
  /**
   * Whether all of a record's text is sound, where `head` has not looked at all of it as somebody else vouches for that.
   */
  isSound?(bytes: Uint8Array, from: number, to: number): boolean;
  /**
   * The whole record; null where it cannot be read. What `head` took, this takes.
   * @param ownId asked for the id of a record that says none
   */
  record(text: Buffer, ownId: () => string): LogRecord | null;
}

export const SKIP = 'skip';

export const FORMATS = ['ndjson', 'csv', 'har', 'combined', 'json'] as const;
/** Our three exports, and the access logs of web servers: in the combined (or common) format, and as a JSON object a line. */
export type FormatName = (typeof FORMATS)[number];

/** @param vouched for by the file's manifest: it need not be looked at for damage */
export type OpenReader = (texts: TextTable, vouched: boolean) => RecordReader;

/** The id of a record that says none. */
export const placeId = ({ file, line, offset }: RecordPlace): string => `${file}-${line}-${offset}`;

/** The place of such an id; null: it is none. */
export function placeOfId(id: string): RecordPlace | null {
  const [, file, line, offset] = /^(\d{1,6})-(\d{1,15})-(\d{1,15})$/.exec(id) ?? [];
  return offset === undefined ? null : { file: Number(file), line: Number(line), offset: Number(offset) };
}
