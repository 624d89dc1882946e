import type { Term } from '../../base/log-query/terms.ts';
import type { Outcome } from '../../base/reasons.ts';
import type { FacetField } from './contract.ts';
import type { Place } from './cursor.ts';
import type { RecordHead } from './parse-record.ts';
import type { LogRecord } from './record.ts';
import type { SeenAddress } from './seen.ts';

/** A row of the log, and where it stands. */
export interface StoredRecord extends Place {
  record: LogRecord;
}

/** Rows that are asked for: `from` <= time < `to` in Unix milliseconds (either may be infinite), and all terms hold. */
export interface Search {
  readonly from: number;
  readonly to: number;
  readonly terms: readonly Term[];
}

/** Up to `limit` rows by time in the given order, after `after` where a page before ended there. */
export interface Page {
  readonly order: 'oldest' | 'newest';
  readonly after: Place | null;
  readonly limit: number;
}

/** A page of rows; fewer than its limit where the time ran out before there were so many. */
export interface Found {
  readonly rows: StoredRecord[];
  /** Where to go on; null: there is nothing more. */
  readonly next: Place | null;
  /** Unix milliseconds: everything on the page's side of it was searched; null where all was. */
  readonly searchedTo: number | null;
}

/** As `Found`, of each row the JSON of its record as it was journalled, in UTF-8. */
export interface FoundLines extends Omit<Found, 'rows'> {
  readonly lines: Buffer[];
}

/** How rows are counted: `bars` are the instants that part them, ascending, one more than there are bars. */
export interface CountBy {
  readonly bars: readonly number[];
  readonly facets: readonly FacetField[];
}

/** How many rows a search has, from the newest back. */
export interface Counts {
  readonly total: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  readonly bars: readonly Readonly<Record<Outcome, number>>[];
  /** By facet, by value (null: none); the label is a name for an id. */
  readonly facets: ReadonlyMap<
    FacetField,
    ReadonlyMap<string | null, { count: number; label: string | null }>
  >;
  /** Unix milliseconds: everything from here on is counted; null where all is. */
  readonly countedTo: number | null;
}

/** The head of a row's record. */
export interface HeadRow {
  readonly record: RecordHead;
  /** The whole record as it was journalled, for what its head does not say. */
  readonly json: string;
}

/** How many requests of one token counted from `from` (Unix milliseconds, inclusive) to `to` (exclusive). */
export type CountBetween = (from: number, to: number) => number;

/** What is asked of the request log. Times are Unix milliseconds. */
export interface LogStore {
  /** Makes what is read complete, where nobody else does: brings in the journal of an instance at rest. */
  bringIn(): Promise<void>;
  /** A page of the rows that a search has. What takes long answers with what it has found after `budgetMs`. */
  search(search: Search, page: Page, budgetMs: number): Promise<Found>;
  /** As `search`, for who reads many rows and needs little of each record, or another form of it. */
  lines(search: Search, page: Page, budgetMs: number): Promise<FoundLines>;
  /** Counts a search's rows: first what is quick, then more, until all are counted. Gives way to others in between. */
  count(search: Search, by: CountBy): AsyncGenerator<Counts, void>;
  /** The rows that enter the log from now on, some at a time, until `signal` aborts. */
  tail(terms: readonly Term[], signal: AbortSignal): AsyncGenerator<LogRecord[], void>;
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
  /** What its rows take on the disk, in bytes. */
  size(): Promise<number>;
  /** When the oldest and the newest row's request arrived; null where there is none. */
  oldestRow(): Promise<number | null>;
  newestRow(): Promise<number | null>;
}
