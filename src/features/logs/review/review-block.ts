import { BLOCK_ROWS, type Columns, type Places, type Summary, summarise } from '../columns/block.ts';

const FIRST_ROWS = 32;

/** A block of rows that grows with them: a file may have a row or two of each of thousands of days. */
export class ReviewBlock {
  readonly id: number;
  #rows = 0;
  #times = new Uint32Array(FIRST_ROWS);
  #groups = new Uint32Array(FIRST_ROWS);
  #addresses = new Uint32Array(FIRST_ROWS);
  #durations = new Float64Array(FIRST_ROWS);
  #segments = new Uint32Array(FIRST_ROWS);
  #offsets = new Uint32Array(FIRST_ROWS);
  #lengths = new Uint32Array(FIRST_ROWS);
  #summary: Summary | null = null;

  constructor(id: number) {
    this.id = id;
  }

  get isFull(): boolean {
    return this.#rows === BLOCK_ROWS;
  }

  add(
    time: number,
    group: number,
    address: number,
    duration: number,
    segment: number,
    offset: number,
    length: number,
  ): void {
    const at = this.#rows++;
    if (at === this.#times.length) this.#widen();
    this.#times[at] = time;
    this.#groups[at] = group;
    this.#addresses[at] = address;
    this.#durations[at] = duration;
    this.#segments[at] = segment;
    this.#offsets[at] = offset;
    this.#lengths[at] = length;
  }

  get summary(): Summary {
    if (this.#summary?.rows !== this.#rows) this.#summary = summarise(this.id, this.columns(this.#rows));
    return this.#summary as Summary;
  }

  /** The first `rows`; later ones do not reach the arrays' views. */
  columns(rows: number): Columns {
    return {
      rows,
      times: this.#times.subarray(0, rows),
      groups: this.#groups.subarray(0, rows),
      addresses: this.#addresses.subarray(0, rows),
      durations: this.#durations.subarray(0, rows),
    };
  }

  places(rows: number): Places {
    return {
      segments: this.#segments.subarray(0, rows),
      offsets: this.#offsets.subarray(0, rows),
      lengths: this.#lengths.subarray(0, rows),
    };
  }

  #widen(): void {
    const rows = Math.min(this.#times.length * 4, BLOCK_ROWS);
    const wider = (of: Uint32Array): Uint32Array<ArrayBuffer> => {
      const array = new Uint32Array(rows);
      array.set(of);
      return array;
    };
    const durations = new Float64Array(rows);
    durations.set(this.#durations);
    this.#durations = durations;
    this.#times = wider(this.#times);
    this.#groups = wider(this.#groups);
    this.#addresses = wider(this.#addresses);
    this.#segments = wider(this.#segments);
    this.#offsets = wider(this.#offsets);
    this.#lengths = wider(this.#lengths);
  }
}
