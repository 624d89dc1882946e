import { openCombined } from './combined.ts';
import { openCsv } from './csv.ts';
import { type FormatName, Head, type OpenReader, SKIP } from './format.ts';
import { openHarLines, openHarStream } from './har.ts';
import { AccessLine, openJsonAccess } from './json-access.ts';
import { looksLike } from './looks-like.ts';
import { openNdjson } from './ndjson.ts';
import { LineSplitter, LONGEST } from './split-lines.ts';
import { TextTable } from './text-table.ts';

export interface DetectedFormat {
  readonly name: FormatName;
  readonly open: OpenReader;
}

/** So many lines may be none of a log before those that show what the file is. */
const MOST_LINES = 200;

/** So many lines of a format are enough: one alone may be of another by its damage. */
const ENOUGH = 3;

const HAR_START = /^\uFEFF?\s*\{\s*"log"\s*:/;
/** An entry on a line of its own, as we write them. */
const OUR_ENTRY = /\n\{"startedDateTime":[^\n]*\}/;

/** Looks at the beginning of a file, a piece at a time, until it shows what the file is. */
export class Detection {
  readonly #lines: LineSplitter;
  readonly #ndjson = openNdjson(new TextTable(), false);
  readonly #csv = openCsv(new TextTable(), false);
  readonly #har = openHarLines(new TextTable(), false);
  readonly #combined = openCombined(new TextTable(), false);
  readonly #access = new AccessLine();
  readonly #head = new Head();
  readonly #votes = new Map<DetectedFormat, number>();
  #seen = 0;
  #bytes = 0;
  #start = '';

  constructor() {
    const count = () => {
      this.#seen++;
    };
    this.#lines = new LineSplitter({
      take: (bytes, from, to) => {
        count();
        const [format, votes] = this.#votesOf(bytes, from, to) ?? [];
        if (format !== undefined && votes !== undefined)
          this.#votes.set(format, (this.#votes.get(format) ?? 0) + votes);
      },
      flawed: count,
    });
  }

  /** What the file is, as soon as that is known; null: more of it has to be seen; 'none': it is nothing we can read. */
  push(chunk: Uint8Array): DetectedFormat | 'none' | null {
    if (this.#start.length < 4_096) this.#start += Buffer.from(chunk.subarray(0, 4_096)).toString('utf8');
    if (HAR_START.test(this.#start)) {
      // Whether each entry has its line shows in the first.
      const isShown = this.#start.length >= 4_096 || OUR_ENTRY.test(this.#start);
      return isShown ? this.#harAsWritten() : null;
    }
    this.#lines.push(chunk);
    this.#bytes += chunk.length;
    if (this.#seen === 0 && this.#bytes > LONGEST && this.#start.includes('\0')) return 'none';
    const [format, votes = 0] = this.#leading;
    if (format !== null && (votes >= ENOUGH || this.#seen >= MOST_LINES)) return format;
    return this.#seen >= MOST_LINES ? 'none' : null;
  }

  /** The same, as there is no more of it. */
  end(): DetectedFormat | 'none' {
    if (HAR_START.test(this.#start)) return this.#harAsWritten();
    this.#lines.end();
    return this.#leading[0] ?? 'none';
  }

  /** What it seems to be, for who wonders why it is not read. */
  get looksLike(): string {
    return looksLike(this.#start);
  }

  /** The format with most votes. */
  get #leading(): [format: DetectedFormat | null, votes: number] {
    return [...this.#votes].reduce<[DetectedFormat | null, number]>(
      (most, one) => (one[1] > most[1] ? one : most),
      [null, 0],
    );
  }

  #harAsWritten(): DetectedFormat {
    return OUR_ENTRY.test(this.#start) ? HAR_LINES : HAR_STREAM;
  }

  #votesOf(bytes: Uint8Array, from: number, to: number): [DetectedFormat, votes: number] | null {
    const csv = this.#csv.head(bytes, from, to, this.#head);
    // The heading of a CSV is enough alone.
    if (csv === SKIP) return [CSV, ENOUGH];
    if (csv === null) return [CSV, 1];
    if (this.#ndjson.head(bytes, from, to, this.#head) === null) return [NDJSON, 1];
    const end = bytes[to - 1] === COMMA ? to - 1 : to;
    if (this.#har.head(bytes, from, end, this.#head) === null) return [HAR_LINES, 1];
    if (this.#access.read(bytes, from, to) && this.#access.isAccess) return [JSON_ACCESS, 1];
    if (this.#combined.head(bytes, from, to, this.#head) === null) return [COMBINED, 1];
    return null;
  }
}

const COMMA = 44;
const NDJSON: DetectedFormat = { name: 'ndjson', open: openNdjson };
const CSV: DetectedFormat = { name: 'csv', open: openCsv };
const HAR_LINES: DetectedFormat = { name: 'har', open: openHarLines };
const HAR_STREAM: DetectedFormat = { name: 'har', open: openHarStream };
const JSON_ACCESS: DetectedFormat = { name: 'json', open: openJsonAccess };
const COMBINED: DetectedFormat = { name: 'combined', open: openCombined };
