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

const LONGEST_KEY = 20;
const OTHER = 0;
/** What bytes are to one who looks for the end of an object; lists open and close as objects do. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === OPEN || byte === OPEN_LIST) return OPEN;
  if (byte === CLOSE || byte === CLOSE_LIST) return CLOSE;
  return byte === QUOTE || byte === BACKSLASH || byte === NEWLINE ? byte : OTHER;
});

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
    let at = 0;
    while (at < chunk.length && !this.#done) {
      if (this.#entry === null) at = this.#toEntry(chunk, at);
      else {
        const end = this.#throughEntry(chunk, at);
        this.#hold(chunk, at, end);
        if (this.#depth === 3) this.#give();
        at = end;
      }
      if (this.#depth < 0 || this.#depth > DEEPEST) this.#stop('file.damaged_har');
    }
    this.#offset += chunk.length;
  }

  /** Up to where an entry begins, or to the end of the piece. */
  #toEntry(chunk: Uint8Array, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const char = chunk[at] as number;
      if (char === NEWLINE) this.#line++;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (char === BACKSLASH) this.#escaped = true;
        else if (char === QUOTE) this.#inText = false;
        else if (this.#word.length < LONGEST_KEY) this.#word.push(char);
      } else if (char === QUOTE) {
        this.#inText = true;
        this.#word = [];
      } else if (char === OPEN || char === OPEN_LIST) {
        if (char === OPEN && this.#inEntries && this.#depth === 3) {
          this.#entry = { parts: [], bytes: 0, offset: this.#offset + at, line: this.#line };
          return at;
        }
        this.#depth++;
        if (this.#depth === 3 && char === OPEN_LIST && this.#keys[1] === 'log' && this.#keys[2] === 'entries')
          this.#inEntries = true;
        if (this.#depth > DEEPEST) break;
      } else if (char === CLOSE || char === CLOSE_LIST) {
        this.#depth--;
        if (this.#depth < 0) break;
        if (this.#depth < 3) this.#inEntries = false;
      } else if (char === COLON && this.#depth < 4) {
        this.#keys[this.#depth] = String.fromCharCode(...this.#word);
      }
    }
    return chunk.length;
  }

  /** To behind the end of the entry, or to the end of the piece. Most of a file is in entries: this loop is the quick one. */
  #throughEntry(chunk: Uint8Array, from: number): number {
    let [at, depth, inText, escaped, lines] = [from, this.#depth, this.#inText, this.#escaped, 0];
    for (; at < chunk.length; at++) {
      const kind = KINDS[chunk[at] as number] as number;
      if (escaped) escaped = false;
      else if (kind === OTHER) continue;
      else if (kind === QUOTE) inText = !inText;
      else if (kind === BACKSLASH) escaped = inText;
      else if (kind === NEWLINE) lines++;
      else if (!inText) {
        depth += kind === OPEN ? 1 : -1;
        if (depth !== 3 && depth <= DEEPEST) continue;
        at++;
        break;
      }
    }
    [this.#depth, this.#inText, this.#escaped] = [depth, inText, escaped];
    this.#line += lines;
    return at;
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
