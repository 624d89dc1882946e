import { DAY } from '../../../base/clock.ts';
import { ID_STEP } from '../row-ids.ts';
import { type Flaw, flaw } from './flaw.ts';
import type { Head } from './format.ts';
import { GroupTable } from './group-table.ts';
import { ReviewDay } from './review-day.ts';
import { TextTable } from './text-table.ts';

/** Rows of more days than this are no log's. */
const MOST_DAYS = 10_000;

/** Each file has so many segments of 32 MiB: an offset within one makes a row's place among those of its millisecond. */
const SEGMENTS_OF_FILE = 2 ** 20;

/** Where a record is: its file (counted from 0) and its bytes there. */
export const placeInFile = ({ segment, offset }: { segment: number; offset: number }) => ({
  file: Math.floor(segment / SEGMENTS_OF_FILE),
  offset: (segment % SEGMENTS_OF_FILE) * ID_STEP + offset,
});

/** The rows of all files of a review, as columns in memory. Grows while it is searched. */
export class ReviewIndex {
  readonly texts = new TextTable();
  readonly #groups = new GroupTable(this.texts);
  readonly #days = new Map<number, ReviewDay>();
  #day: ReviewDay | null = null;
  #rows = 0;
  #latest: number | null = null;
  readonly #textOf = (number: number) => this.texts.text(number);

  get rows(): number {
    return this.#rows;
  }

  /** The time of the newest row. */
  get latest(): number | null {
    return this.#latest;
  }

  /** Adds the row of a head whose record is at these bytes of a file; where there is no room for it, says why. */
  add(head: Head, file: number, offset: number, length: number): Flaw | null {
    const number = Math.floor(head.time / DAY);
    let day = this.#day;
    if (day === null || day.day !== number) {
      day = this.#dayOf(number);
      if (day === null) return flaw('file.too_many_values', { what: 'days' });
      this.#day = day;
    }
    const group = this.#groups.number(head);
    if (group === -1) return flaw('file.too_many_values', { what: 'tokens, users and endpoints' });
    day
      .open()
      .add(
        head.time - number * DAY,
        day.groupNumber(group, this.#groups.groups),
        day.addressNumber(head.address, this.#textOf),
        head.durationMs,
        file * SEGMENTS_OF_FILE + Math.floor(offset / ID_STEP),
        offset % ID_STEP,
        length,
      );
    this.#rows++;
    if (this.#latest === null || head.time > this.#latest) this.#latest = head.time;
    return null;
  }

  /** The days that there are now. */
  days(order: 'newest' | 'oldest'): ReviewDay[] {
    return [...this.#days.values()].sort((a, b) => (order === 'newest' ? b.day - a.day : a.day - b.day));
  }

  #dayOf(number: number): ReviewDay | null {
    let day = this.#days.get(number);
    if (day === undefined) {
      if (this.#days.size >= MOST_DAYS) return null;
      day = new ReviewDay(number);
      this.#days.set(number, day);
    }
    return day;
  }
}
