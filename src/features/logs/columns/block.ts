/**
 * Rows of one day as columns, some thousand at a time, in the order in which they entered the log (nearly that of their
 * times). To search or count ten million rows is then to walk along some arrays of numbers, and blocks whose summary
 * has none of what is wanted are passed over.
 */
export const BLOCK_ROWS = 4_096;

/** Numbers that a day gives. Few of them need four bytes. */
export type Numbers = Uint16Array | Uint32Array;

/** What rows are searched and counted by. All arrays have one entry a row. */
export interface Columns {
  readonly rows: number;
  /** When the request arrived: milliseconds since the day began (UTC). */
  readonly times: Uint32Array;
  /** Numbers of groups and of addresses. */
  readonly groups: Numbers;
  readonly addresses: Numbers;
  /** Milliseconds, with fractions. Read only when they are asked for. */
  readonly durations: Float64Array;
}

/** Where the rows' records are: bytes of a segment of the journal (or of a file that is reviewed). */
export interface Places {
  readonly segments: Uint32Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
}

/** What a block has, with how many rows of each. */
export interface Summary {
  /** Its number within the day. */
  readonly id: number;
  readonly rows: number;
  /** The earliest and the latest time: milliseconds since the day began. */
  readonly first: number;
  readonly last: number;
  readonly groups: Uint32Array;
  readonly groupCounts: Uint32Array;
  readonly addresses: Uint32Array;
  readonly addressCounts: Uint32Array;
}

export interface Row {
  readonly time: number;
  readonly group: number;
  readonly address: number;
  readonly duration: number;
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

/** A block that still grows. */
export class OpenBlock {
  readonly id: number;
  #rows = 0;
  readonly #times: Uint32Array;
  readonly #groups: Uint32Array;
  readonly #addresses: Uint32Array;
  readonly #durations: Float64Array;
  readonly #segments: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #lengths: Uint32Array;

  /** @param begun the rows that it has already */
  constructor(id: number, begun?: { columns: Columns; places: Places }, capacity = BLOCK_ROWS) {
    this.id = id;
    this.#times = new Uint32Array(capacity);
    this.#groups = new Uint32Array(capacity);
    this.#addresses = new Uint32Array(capacity);
    this.#durations = new Float64Array(capacity);
    this.#segments = new Uint32Array(capacity);
    this.#offsets = new Uint32Array(capacity);
    this.#lengths = new Uint32Array(capacity);
    if (begun === undefined) return;
    const { columns, places } = begun;
    this.#rows = columns.rows;
    this.#times.set(columns.times);
    this.#groups.set(columns.groups);
    this.#addresses.set(columns.addresses);
    this.#durations.set(columns.durations);
    this.#segments.set(places.segments);
    this.#offsets.set(places.offsets);
    this.#lengths.set(places.lengths);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows === this.#times.length;
  }

  /** Adds a row; the caller looks first whether there is room. */
  add(row: Row): void {
    const at = this.#rows++;
    this.#times[at] = row.time;
    this.#groups[at] = row.group;
    this.#addresses[at] = row.address;
    this.#durations[at] = row.duration;
    this.#segments[at] = row.segment;
    this.#offsets[at] = row.offset;
    this.#lengths[at] = row.length;
  }

  /** The rows so far; the arrays are views that later rows do not reach. */
  get columns(): Columns {
    const rows = this.#rows;
    return {
      rows,
      times: this.#times.subarray(0, rows),
      groups: this.#groups.subarray(0, rows),
      addresses: this.#addresses.subarray(0, rows),
      durations: this.#durations.subarray(0, rows),
    };
  }

  get places(): Places {
    const rows = this.#rows;
    return {
      segments: this.#segments.subarray(0, rows),
      offsets: this.#offsets.subarray(0, rows),
      lengths: this.#lengths.subarray(0, rows),
    };
  }

  get summary(): Summary {
    return summarise(this.id, this.columns);
  }
}

/** The summary of a block that has rows. */
export function summarise(id: number, columns: Columns): Summary {
  const { rows, times } = columns;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  for (let at = 0; at < rows; at++) {
    const time = times[at] as number;
    if (time < first) first = time;
    if (time > last) last = time;
  }
  const [groups, groupCounts] = countEach(columns.groups);
  const [addresses, addressCounts] = countEach(columns.addresses);
  return { id, rows, first, last, groups, groupCounts, addresses, addressCounts };
}

/** The different numbers, ascending, and how often each is there. */
function countEach(numbers: Numbers): [values: Uint32Array, counts: Uint32Array] {
  const sorted = numbers.toSorted();
  let different = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) different++;
  const [values, counts] = [new Uint32Array(different), new Uint32Array(different)];
  let next = -1;
  for (let at = 0; at < sorted.length; at++) {
    if (at === 0 || sorted[at] !== sorted[at - 1]) values[++next] = sorted[at] as number;
    counts[next] = (counts[next] as number) + 1;
  }
  return [values, counts];
}
