import { type Flaw, flaw } from './flaw.ts';
import { LineSplitter, LONGEST, type Splitter, type Taker, tooLong } from './split-lines.ts';

const [QUOTE, BACKSLASH, COLON, COMMA, NEWLINE] = [34, 92, 58, 44, 10];
const [OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [123, 125, 91, 93];
/** Deeper than this nothing is that we want, and a file that goes on opening is none of ours. */
const DEEPEST = 1_000;

/** Splits a HAR whose every entry is a line: a damaged one costs that line alone. */
export class HarLines implements Splitter, Taker {
  readonly #taker: Taker;
  readonly #lines: LineSplitter;
  #line = 0;
  #isWhole = false;

  constructor(taker: Taker) {
    this.#taker = taker;
    this.#lines = new LineSplitter(this);
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
    if (!this.#isWhole) this.#taker.flawed(flaw('file.cut_har'), this.#line);
  }

  take(bytes: Uint8Array, from: number, to: number, offset: number, line: number): void {
    this.#line = line;
    const last = bytes[to - 1];
    // The line before the first entry, and that behind the last.
    if (line === 1) {
      this.#isWhole = last === CLOSE;
      if (last !== OPEN_LIST && last !== CLOSE) this.#taker.flawed(flaw('line.not_json'), line);
    } else if (bytes[from] === CLOSE_LIST) this.#isWhole = last === CLOSE;
    else this.#taker.take(bytes, from, last === COMMA ? to - 1 : to, offset, line);
  }

  flawed(flaw: Flaw, line: number): void {
    this.#taker.flawed(flaw, line);
  }
}

/** Splits a HAR into its entries, however it is written. Only the entries' text is held, one at a time. */
export class HarSplitter implements Splitter {
  readonly #taker: Taker;
  #offset = 0;
  #line = 1;
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** The last text that was read outside of the entries; it is a key where a colon follows. */
  #word: number[] = [];
  /** By depth, the key whose value is being read. */
  readonly #keys = ['', '', '', ''];
  #inEntries = false;
  #entry: { parts: Uint8Array[]; bytes: number; offset: number; line: number } | null = null;
  #done = false;

  constructor(taker: Taker) {
    this.#taker = taker;
  }

  push(chunk: Uint8Array): void {
    if (this.#done) return;
    let entryFrom = 0;
    for (let at = 0; at < chunk.length; at++) {
      const char = chunk[at] as number;
      if (char === NEWLINE) this.#line++;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (char === BACKSLASH) this.#escaped = true;
        else if (char === QUOTE) this.#inText = false;
        else if (!this.#inEntries && this.#word.length < 20) this.#word.push(char);
        continue;
      }
      if (char === QUOTE) {
        this.#inText = true;
        if (!this.#inEntries) this.#word = [];
      } else if (char === OPEN || char === OPEN_LIST) {
        if (char === OPEN && this.#inEntries && this.#depth === 3) {
          this.#entry = { parts: [], bytes: 0, offset: this.#offset + at, line: this.#line };
          entryFrom = at;
        }
        this.#depth++;
        if (this.#depth === 3 && char === OPEN_LIST && this.#keys[1] === 'log' && this.#keys[2] === 'entries')
          this.#inEntries = true;
        if (this.#depth > DEEPEST) break;
      } else if (char === CLOSE || char === CLOSE_LIST) {
        this.#depth--;
        if (this.#depth < 0) break;
        if (this.#inEntries && this.#depth === 3 && this.#entry !== null) {
          this.#hold(chunk, entryFrom, at + 1);
          this.#give();
        } else if (this.#inEntries && this.#depth < 3) this.#inEntries = false;
      } else if (char === COLON && !this.#inEntries && this.#depth < 4) {
        this.#keys[this.#depth] = String.fromCharCode(...this.#word);
      }
    }
    if (this.#depth < 0 || this.#depth > DEEPEST) this.#stop('file.damaged_har');
    if (this.#entry !== null) this.#hold(chunk, entryFrom, chunk.length);
    this.#offset += chunk.length;
  }

  end(): void {
    if (!this.#done && (this.#depth > 0 || this.#inText)) this.#stop('file.cut_har');
  }

  #hold(chunk: Uint8Array, from: number, to: number): void {
    if (this.#entry === null) return;
    this.#entry.bytes += to - from;
    if (this.#entry.bytes > LONGEST) this.#entry.parts = [];
    else this.#entry.parts.push(Buffer.from(chunk.subarray(from, to)));
  }

  #give(): void {
    const entry = this.#entry;
    this.#entry = null;
    if (entry === null) return;
    if (entry.bytes > LONGEST) this.#taker.flawed(tooLong(LONGEST), entry.line);
    else this.#taker.take(Buffer.concat(entry.parts), 0, entry.bytes, entry.offset, entry.line);
  }

  #stop(code: 'file.damaged_har' | 'file.cut_har'): void {
    this.#done = true;
    this.#entry = null;
    this.#taker.flawed(flaw(code), this.#line);
  }
}
