import { BLOCK_ROWS, type Columns, OpenBlock, type Places, type Row, type Summary } from './block.ts';
import { type Group, groupKey, type KnownGroup, type KnownGroups } from './group.ts';

/** One UTC day of a log, as it is searched. What it gives stays as it is while one search or count goes on. */
export interface DayColumns {
  /** Days since 1970. */
  readonly day: number;
  /** By number. */
  readonly groups: readonly KnownGroup[];
  readonly addresses: readonly string[];
  readonly blocks: readonly Summary[];
  columns(block: Summary): Columns;
  places(block: Summary): Places;
}

/** A day in memory, that grows. */
export class MemoryDay implements DayColumns {
  readonly day: number;
  readonly groups: KnownGroup[] = [];
  readonly addresses: string[] = [];
  readonly #known: KnownGroups;
  readonly #blockRows: number;
  readonly #groupNumbers = new Map<string, number>();
  readonly #addressNumbers = new Map<string, number>();
  readonly #blocks: OpenBlock[] = [];
  readonly #summaries: Summary[] = [];

  constructor(day: number, known: KnownGroups, blockRows = BLOCK_ROWS) {
    this.day = day;
    this.#known = known;
    this.#blockRows = blockRows;
  }

  /** Those before the last are full, and summed up once; the last is summed up whenever it is asked for. */
  get blocks(): readonly Summary[] {
    const last = this.#blocks.at(-1);
    return last === undefined ? [] : [...this.#summaries, last.summary];
  }

  add(of: Group, address: string, row: Omit<Row, 'group' | 'address'>): void {
    let last = this.#blocks.at(-1);
    if (last === undefined || last.isFull) {
      if (last !== undefined) this.#summaries.push(last.summary);
      last = new OpenBlock(this.#blocks.length, undefined, this.#blockRows);
      this.#blocks.push(last);
    }
    last.add({ ...row, group: this.#groupNumber(of), address: this.#addressNumber(address) });
  }

  columns({ id }: Summary): Columns {
    return this.#block(id).columns;
  }

  places({ id }: Summary): Places {
    return this.#block(id).places;
  }

  #block(id: number): OpenBlock {
    const block = this.#blocks[id];
    if (block === undefined) throw new Error(`day ${this.day} has no block ${id}`);
    return block;
  }

  #groupNumber(of: Group): number {
    const key = groupKey(of);
    let number = this.#groupNumbers.get(key);
    if (number === undefined) {
      number = this.groups.push(this.#known.know(of)) - 1;
      this.#groupNumbers.set(key, number);
    }
    return number;
  }

  #addressNumber(address: string): number {
    let number = this.#addressNumbers.get(address);
    if (number === undefined) {
      number = this.addresses.push(address) - 1;
      this.#addressNumbers.set(address, number);
    }
    return number;
  }
}
