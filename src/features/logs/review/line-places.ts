const EVERY = 64;
const NEWLINE = 10;

/** Which line a record is in, by where it begins. Some lines are known, and those between are counted when it is asked. */
export class LinePlaces {
  #lines = new Float64Array(64);
  #offsets = new Float64Array(64);
  #count = 0;
  #next = 0;

  /** A line of a record; they come in order. */
  add(line: number, offset: number): void {
    if (line < this.#next) return;
    this.#next = line + EVERY;
    if (this.#count === this.#lines.length) {
      const [lines, offsets] = [new Float64Array(this.#count * 2), new Float64Array(this.#count * 2)];
      lines.set(this.#lines);
      offsets.set(this.#offsets);
      [this.#lines, this.#offsets] = [lines, offsets];
    }
    this.#lines[this.#count] = line;
    this.#offsets[this.#count++] = offset;
  }

  /** @param read gives the file's bytes */
  lineAt(offset: number, read: (offset: number, length: number) => Uint8Array): number {
    let [low, high] = [0, this.#count];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#offsets[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    const from = this.#offsets[low] as number;
    let line = this.#lines[low] as number;
    const bytes = read(from, offset - from);
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    return line;
  }
}
