import { DAY } from '../../../base/clock.ts';
import type { Place } from '../cursor.ts';
import type { Page } from '../log-store.ts';
import { ID_STEP, offsetIn, timeInDay } from '../row-ids.ts';
import type { Summary } from './block.ts';
import type { DayColumns } from './day.ts';
import { type FoundRow, matchesOf, placesOf } from './match.ts';
import { mayHave, type Narrowed } from './narrow.ts';
import { spansOf } from './spans.ts';

/** The last number that a segment can have. */
const LAST_SEGMENT = 2 ** 32 - 1;

/** The times that may have rows behind a place: its own millisecond, too, unless the place is the edge of it. */
function behind({ id, segment }: Required<Place>, newest: boolean, narrowed: Narrowed): Narrowed {
  const time = timeInDay(id);
  if (newest) {
    const isEdge = offsetIn(id) === 0 && segment === 0;
    return { ...narrowed, to: Math.min(narrowed.to, isEdge ? time : time + 1) };
  }
  const isEdge = offsetIn(id) === ID_STEP - 1 && segment === LAST_SEGMENT;
  return { ...narrowed, from: Math.max(narrowed.from, isEdge ? time + 1 : time) };
}

/** The order of rows: by time, then by where their records begin. */
const compare = (a: FoundRow, b: FoundRow): number => a.id - b.id || a.segment - b.segment;

/**
 * A walk through the blocks of one day that may have rows of a page. Blocks overlap a little in time, as rows enter the
 * log when they are answered: they are taken in the order of their newest (or oldest) row, and a row is sure of its
 * place once no block that is left can have one before it.
 */
export class DayWalk {
  readonly #day: DayColumns;
  readonly #narrowed: Narrowed;
  readonly #newest: boolean;
  readonly #after: Required<Place> | null;
  readonly #wanted: number;
  readonly #blocks: Summary[];
  #next = 0;
  #found: FoundRow[] = [];

  /** @param wanted how many rows are enough */
  constructor(day: DayColumns, narrowed: Narrowed, { order, after }: Page, wanted: number) {
    const newest = order === 'newest';
    const here = after?.day === day.day ? { segment: 0, ...after } : null;
    this.#narrowed = here === null ? narrowed : behind(here, newest, narrowed);
    this.#day = day;
    this.#newest = newest;
    this.#after = here;
    this.#wanted = wanted;
    this.#blocks = spansOf(day.blocks)
      .filter(({ summary }) => mayHave(summary, this.#narrowed))
      .flatMap(({ blocks }) => blocks.filter((block) => mayHave(block, this.#narrowed)))
      .sort((a, b) => (newest ? b.last - a.last : a.first - b.first));
  }

  /** Whether there are rows enough, or no block is left. */
  get isDone(): boolean {
    return this.#next >= this.#blocks.length || this.#sure().length >= this.#wanted;
  }

  /** The columns' matches of the next block, in no order; where the columns decide alone, no more than are wanted. */
  nextRows(columnsDecide: boolean): FoundRow[] {
    const block = this.#blocks[this.#next++];
    if (block === undefined) return [];
    const rows = matchesOf(this.#day, block, this.#narrowed);
    if (columnsDecide) this.#leaveWanted(block, rows);
    return placesOf(this.#day, block, rows).filter((row) => this.#isBehindCursor(row));
  }

  /** Takes away rows that are behind as many others of their block as are wanted. */
  #leaveWanted(block: Summary, rows: number[]): void {
    const { times } = this.#day.columns(block);
    const time = (at: number) => times[at] as number;
    // Some of the cursor's own millisecond were given before.
    const again = this.#after === null ? -1 : timeInDay(this.#after.id);
    const wanted = this.#wanted + rows.reduce((sum, at) => sum + (time(at) === again ? 1 : 0), 0);
    if (rows.length <= wanted) return;
    rows.sort((a, b) => (this.#newest ? time(b) - time(a) : time(a) - time(b)));
    // All of the last millisecond, as within it the order is another.
    const last = time(rows[wanted - 1] as number);
    while (time(rows.at(-1) as number) !== last) rows.pop();
  }

  /** Takes the rows of a block that are to be in the page; no more than are wanted, as others may have the same time. */
  take(rows: readonly FoundRow[]): void {
    this.#found.push(...(rows.length > this.#wanted ? this.#inOrder(rows) : rows));
  }

  /** The rows that are sure of their place, in order; no more than are wanted. */
  rows(): FoundRow[] {
    return this.#inOrder(this.#sure());
  }

  #inOrder(rows: readonly FoundRow[]): FoundRow[] {
    return rows.toSorted((a, b) => (this.#newest ? compare(b, a) : compare(a, b))).slice(0, this.#wanted);
  }

  /** Whether what is sure by now reaches beyond where the walk began. */
  get hasComeOn(): boolean {
    return this.#newest ? this.#edge < this.#narrowed.to - 1 : this.#edge > this.#narrowed.from;
  }

  /** The place up to which everything was looked at. */
  get reached(): Place {
    const { day } = this.#day;
    return this.#newest
      ? { day, id: (this.#edge + 1) * ID_STEP, segment: 0 }
      : { day, id: this.#edge * ID_STEP - 1, segment: LAST_SEGMENT };
  }

  /** Rows beyond this time (milliseconds since the day began) can come no more. */
  get #edge(): number {
    const next = this.#blocks[this.#next];
    if (next === undefined) return this.#newest ? -1 : DAY;
    return this.#newest ? next.last : next.first;
  }

  #sure(): FoundRow[] {
    const edge = this.#edge;
    return this.#found.filter(({ id }) => (this.#newest ? timeInDay(id) > edge : timeInDay(id) < edge));
  }

  #isBehindCursor({ id, segment }: FoundRow): boolean {
    const after = this.#after;
    if (after === null) return true;
    const order = id - after.id || segment - after.segment;
    return this.#newest ? order < 0 : order > 0;
  }
}
