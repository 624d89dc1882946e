import type { Columns, Places, Summary } from '../columns/block.ts';
import type { DayColumns } from '../columns/day.ts';
import type { KnownGroup } from '../columns/group.ts';
import { ReviewBlock } from './review-block.ts';

/** Numbers as a day has them, from those of the whole review: a day sees few of a log's groups and addresses. */
class DayNumbers<Value> {
  readonly values: Value[] = [];
  readonly #numbers = new Map<number, number>();

  number(ofReview: number, value: (ofReview: number) => Value): number {
    let number = this.#numbers.get(ofReview);
    if (number === undefined) {
      number = this.values.push(value(ofReview)) - 1;
      this.#numbers.set(ofReview, number);
    }
    return number;
  }
}

/** One UTC day of the files that are reviewed. */
export class ReviewDay implements DayColumns {
  readonly day: number;
  readonly #groups = new DayNumbers<KnownGroup>();
  readonly #addresses = new DayNumbers<string>();
  readonly #blocks: ReviewBlock[] = [];
  #last: ReviewBlock | null = null;

  constructor(day: number) {
    this.day = day;
  }

  get groups(): readonly KnownGroup[] {
    return this.#groups.values;
  }

  get addresses(): readonly string[] {
    return this.#addresses.values;
  }

  get blocks(): readonly Summary[] {
    return this.#blocks.map((block) => block.summary);
  }

  groupNumber(ofReview: number, groups: readonly KnownGroup[]): number {
    return this.#groups.number(ofReview, (number) => groups[number] as KnownGroup);
  }

  addressNumber(ofReview: number, text: (number: number) => string | null): number {
    return this.#addresses.number(ofReview, (number) => text(number) ?? '');
  }

  /** The block that the next row goes into. */
  open(): ReviewBlock {
    if (this.#last === null || this.#last.isFull) {
      this.#last = new ReviewBlock(this.#blocks.length);
      this.#blocks.push(this.#last);
    }
    return this.#last;
  }

  columns({ id, rows }: Summary): Columns {
    return this.#block(id).columns(rows);
  }

  places({ id, rows }: Summary): Places {
    return this.#block(id).places(rows);
  }

  #block(id: number): ReviewBlock {
    const block = this.#blocks[id];
    if (block === undefined) throw new Error(`day ${this.day} has no block ${id}`);
    return block;
  }
}
