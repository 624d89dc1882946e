const [QUOTE, COMMA, APOSTROPHE] = [34, 44, 39];
/** What starts a formula in a spreadsheet: before it an export puts an apostrophe. */
const FORMULA = new Set(['=', '+', '-', '@', '\t', '\r'].map((char) => char.charCodeAt(0)));

/** The cells of one line of CSV (RFC 4180), by their bytes. One object is filled again for each line. */
export class CsvCells {
  /** How many there are. */
  count = 0;
  /** Where the first of them begin and end, without their quotes; more than `most` are only counted. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Whether it has quotes inside, which stand double. */
  readonly doubled: Uint8Array;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
    this.start = new Int32Array(most);
    this.end = new Int32Array(most);
    this.doubled = new Uint8Array(most);
  }

  /** False where a quote is not closed, or something stands behind it. */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.count = 0;
    for (let at = from; ; at++) {
      const cell = this.count++;
      const kept = cell < this.#most;
      if (at < to && bytes[at] === QUOTE) {
        const start = at + 1;
        let doubled = 0;
        for (at = start; at < to; at++) {
          if (bytes[at] !== QUOTE) continue;
          if (bytes[at + 1] !== QUOTE || at + 1 >= to) break;
          doubled = 1;
          at++;
        }
        if (at >= to) return false;
        if (kept) {
          [this.start[cell], this.end[cell]] = [start, at];
          this.doubled[cell] = doubled;
        }
        at++;
        if (at < to && bytes[at] !== COMMA) return false;
      } else {
        const start = at;
        while (at < to && bytes[at] !== COMMA) at++;
        if (kept) {
          [this.start[cell], this.end[cell]] = [start, at];
          this.doubled[cell] = 0;
        }
      }
      if (at >= to) return true;
    }
  }

  /** Where the text of a cell begins, without what keeps it from being a formula. */
  textStart(bytes: Uint8Array, cell: number): number {
    const [start, end] = [this.start[cell] as number, this.end[cell] as number];
    return end - start > 1 && bytes[start] === APOSTROPHE && FORMULA.has(bytes[start + 1] as number)
      ? start + 1
      : start;
  }

  text(bytes: Uint8Array, cell: number): string {
    const raw = Buffer.from(bytes.subarray(this.textStart(bytes, cell), this.end[cell])).toString('utf8');
    return this.doubled[cell] === 1 ? raw.replaceAll('""', '"') : raw;
  }
}
