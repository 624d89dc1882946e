import type { Rehash } from '../tokens/rehash-secrets.ts';

/** What one step did. */
export interface Step {
  /** Rows that were new. */
  rows: number;
  /** Lines that do not match their checksum or are no record; they were skipped. */
  damaged: number;
  /** Whether more can be read at once. */
  more: boolean;
}

/** How the end of a writer went. */
export interface Finished {
  readonly damaged: number;
  /** Why some of the journal is left for the next start; null: everything is in the database. */
  readonly left: string | null;
}

/** Moves the journal into the database of an instance, one batch at a time. What throws has lost nothing. */
export interface Bringer {
  /** Brings in one batch. */
  step(): Step | Promise<Step>;
  /**
   * Steps until nothing is left, brings in as `interrupted` what processes that have ended left unfinished, then
   * last-used up to date as well.
   */
  drain(): Omit<Step, 'more'> | Promise<Omit<Step, 'more'>>;
  /** Bytes of the journal that are not yet in the rows and the roll-ups. */
  waiting(): number;
  /** Deletes what is older than retention keeps; `now` is what the clock says. */
  retain(now: number): void | Promise<void>;
  /** Moves secrets to the current key. */
  rehash(rehashes: readonly Rehash[], at: number): void | Promise<void>;
  /**
   * Drains, with all that is open taken for interrupted, and lets go of everything.
   * @param idle resolves when no other call is running
   */
  finish(idle: Promise<void>): Promise<Finished>;
}
