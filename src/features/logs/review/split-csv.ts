import type { Flaw } from './flaw.ts';
import { LineSplitter, LONGEST, type Splitter, type Taker } from './split-lines.ts';

const QUOTE = 34;
/** A record goes over so many lines at most; nothing that we write has any that does. */
const MOST_LINES = 100;

interface Line {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly line: number;
}

/**
 * Splits a CSV into its records, which may go over several lines where a cell has line ends inside quotes. A quote that
 * was lost costs its own line alone: where what comes after does not close it well, each line is given by itself.
 */
export class CsvSplitter implements Splitter, Taker {
  readonly #taker: Taker;
  readonly #isWhole: (bytes: Uint8Array) => boolean;
  readonly #lines: LineSplitter;
  /** Lines since a quote was opened. */
  #open: Line[] = [];
  #openBytes = 0;

  /** @param isWhole whether the bytes are a record with as many cells as it must have */
  constructor(taker: Taker, isWhole: (bytes: Uint8Array) => boolean) {
    this.#taker = taker;
    this.#isWhole = isWhole;
    this.#lines = new LineSplitter(this);
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
    while (this.#open.length > 0) this.#giveFirst();
  }

  take(bytes: Uint8Array, from: number, to: number, offset: number, line: number): void {
    if (this.#open.length === 0 && hasEvenQuotes(bytes, from, to)) {
      this.#taker.take(bytes, from, to, offset, line);
      return;
    }
    this.#addOpen({ bytes: Buffer.from(bytes.subarray(from, to)), offset, line });
  }

  flawed(flaw: Flaw, line: number): void {
    while (this.#open.length > 0) this.#giveFirst();
    this.#taker.flawed(flaw, line);
  }

  #addOpen(line: Line): void {
    this.#open.push(line);
    this.#openBytes += line.bytes.length + 2;
    const closes = this.#open.length > 1 && !hasEvenQuotes(line.bytes, 0, line.bytes.length);
    if (closes) {
      const whole = joined(this.#open);
      if (this.#isWhole(whole.bytes)) {
        [this.#open, this.#openBytes] = [[], 0];
        this.#taker.take(whole.bytes, 0, whole.bytes.length, whole.offset, whole.line);
        return;
      }
    }
    if (closes || this.#openBytes > LONGEST || this.#open.length >= MOST_LINES) this.#giveFirst();
  }

  /** Gives the first of the open lines as it is, and begins anew with those behind it. */
  #giveFirst(): void {
    const [first, ...rest] = this.#open;
    [this.#open, this.#openBytes] = [[], 0];
    if (first === undefined) return;
    this.#taker.take(first.bytes, 0, first.bytes.length, first.offset, first.line);
    for (const { bytes, offset, line } of rest) this.take(bytes, 0, bytes.length, offset, line);
  }
}

function hasEvenQuotes(bytes: Uint8Array, from: number, to: number): boolean {
  let even = true;
  for (let at = from; at < to; at++) if (bytes[at] === QUOTE) even = !even;
  return even;
}

/** The lines with what stood between them: as many bytes, so that the record has its length in the file. */
function joined(lines: readonly Line[]): Line {
  const [{ offset, line }, last] = [lines[0] as Line, lines.at(-1) as Line];
  const bytes = Buffer.alloc(last.offset + last.bytes.length - offset, '\n');
  for (const one of lines) bytes.set(one.bytes, one.offset - offset);
  return { bytes, offset, line };
}
