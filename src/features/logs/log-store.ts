import type { LogFilter } from './contract.ts';
import type { CountBetween } from './counted.ts';
import type { Place } from './cursor.ts';
import type { HeadRow } from './heads.ts';
import type { LogRecord } from './record.ts';
import type { SeenAddress } from './seen.ts';

/** A row of the log, and where it stands. */
export interface StoredRecord extends Place {
  record: LogRecord;
}

/** Up to `limit` rows by time in the given order, after `after` where a page before ended there. */
export interface Page {
  readonly order: 'oldest' | 'newest';
  readonly after: Place | null;
  readonly limit: number;
}

/** What is asked of the request log. Times are Unix milliseconds. */
export interface LogStore {
  /** Makes what is read complete, where nobody else does: brings in the journal of an instance at rest. */
  bringIn(): Promise<void>;
  /** The rows that a filter lets through. */
  records(filter: LogFilter, page: Page): Promise<StoredRecord[]>;
  /** The record of a request, found by the time in its id; null where there is none. */
  record(requestId: string): Promise<LogRecord | null>;
  /**
   * The heads of all rows with `from` <= time < `to`, a page at a time in order of time. What retention takes meanwhile
   * is left out.
   */
  heads(from: number, to: number): AsyncGenerator<HeadRow[], void>;
  /**
   * From where tokens were used since `since` (the requests are counted from the start of its UTC day), those last seen
   * first. The name of a token is the one it had then.
   * @param tokenIds of these tokens alone
   */
  addressesSeen(since: number, tokenIds?: readonly string[]): Promise<SeenAddress[]>;
  /**
   * Gives `take` each token with requests since `since` that counted against the limits, once for each UTC day; where
   * it gives one twice, everything counts nothing the first time, and it is to ask for the same stretches again.
   */
  counted(since: number, take: (tokenId: string, count: CountBetween) => void): Promise<void>;
  /** When the newest row's request arrived; null where there is none. */
  newestRow(): Promise<number | null>;
}
