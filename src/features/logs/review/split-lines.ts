import { type Flaw, flaw } from './flaw.ts';

const NEWLINE = 10;
const RETURN = 13;

/** What other programs put before UTF-8; it is no part of the first line. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

const startsWithMark = (bytes: Uint8Array, from: number): boolean =>
  BYTE_ORDER_MARK.every((byte, at) => bytes[from + at] === byte);

/** What stands in a line is held up to so many bytes; what is longer is left out. */
export const LONGEST = 1024 * 1024;

/** What is said of a longer one. */
export const tooLong = (longest: number): Flaw => flaw('line.too_long', { mb: longest / 1024 / 1024 });

/** Takes the pieces that a file is read in, one after the other, and gives on what records are written in. */
export interface Splitter {
  push(chunk: Uint8Array): void;
  /** There is nothing more. */
  end(): void;
}

/** Where the text of a record was found. */
export interface Taker {
  /**
   * @param bytes hold it from `from` to `to`, until this returns
   * @param offset of its first byte in the file
   * @param line where it begins, counted from 1
   */
  take(bytes: Uint8Array, from: number, to: number, offset: number, line: number): void;
  /** What is wrong with what was left out. */
  flawed(flaw: Flaw, line: number): void;
}

/** Splits a file into its lines. Empty ones are none, and a line's end is not part of it. */
export class LineSplitter implements Splitter {
  readonly #taker: Taker;
  readonly #longest: number;
  /** What is held of a line that began in an earlier piece. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  #skipping = false;
  #offset = 0;
  #line = 1;

  constructor(taker: Taker, longest = LONGEST) {
    this.#taker = taker;
    this.#longest = longest;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; from = to + 1, to = chunk.indexOf(NEWLINE, from)) {
      if (this.#skipping || this.#heldBytes > 0) this.#endHeld(chunk.subarray(from, to));
      else this.#give(chunk, from, to, this.#offset + from);
      this.#line++;
    }
    if (from < chunk.length) this.#hold(chunk.subarray(from));
    this.#offset += chunk.length;
  }

  end(): void {
    if (this.#skipping || this.#heldBytes > 0) this.#endHeld(new Uint8Array());
  }

  #hold(part: Uint8Array): void {
    if (this.#skipping) return;
    this.#heldBytes += part.length;
    if (this.#heldBytes <= this.#longest) {
      // Whoever reads the file may use the piece's memory again.
      this.#held.push(Buffer.from(part));
      return;
    }
    this.#skipping = true;
    this.#held = [];
  }

  #endHeld(rest: Uint8Array): void {
    const [held, length, skipping] = [this.#held, this.#heldBytes, this.#skipping];
    [this.#held, this.#heldBytes, this.#skipping] = [[], 0, false];
    if (skipping) this.#taker.flawed(tooLong(this.#longest), this.#line);
    else {
      const whole = Buffer.concat([...held, rest]);
      // What is held ends where the piece that is being read begins.
      this.#give(whole, 0, whole.length, this.#offset - length);
    }
  }

  #give(bytes: Uint8Array, start: number, to: number, place: number): void {
    const mark = place === 0 && startsWithMark(bytes, start) ? BYTE_ORDER_MARK.length : 0;
    const [from, offset] = [start + mark, place + mark];
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return;
    if (end - from > this.#longest) this.#taker.flawed(tooLong(this.#longest), this.#line);
    else this.#taker.take(bytes, from, end, offset, this.#line);
  }
}
