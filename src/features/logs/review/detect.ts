import { openCombined } from './combined.ts';
import { openCsv, readHeading } from './csv.ts';
import { type FormatName, Head, type OpenReader } from './format.ts';
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

/** So many lines may be damaged before one that shows what the file is. */
const MOST_LINES = 200;

const HAR_START = /^\uFEFF?\s*\{\s*"log"\s*:/;
const OUR_ENTRIES = /^[^\n]*"entries"\s*:\s*\[\r?\n\{[^\n]*\}/;

/** Looks at the beginning of a file, a piece at a time, until it shows what the file is. */
export class Detection {
  readonly #lines: LineSplitter;
  readonly #ndjson = openNdjson(new TextTable());
  readonly #combined = openCombined(new TextTable());
  readonly #access = new AccessLine();
  readonly #head = new Head();
  #seen = 0;
  #bytes = 0;
  #format: DetectedFormat | null = null;
  #start = '';

  constructor() {
    const count = () => {
      this.#seen++;
    };
    this.#lines = new LineSplitter({
      take: (bytes, from, to) => {
        count();
        this.#format ??= this.#formatOf(bytes, from, to);
      },
      flawed: count,
    });
  }

  /** What the file is, as soon as that is known; null: more of it has to be seen; 'none': it is nothing we can read. */
  push(chunk: Uint8Array): DetectedFormat | 'none' | null {
    if (this.#start.length < 4_096) this.#start += Buffer.from(chunk.subarray(0, 4_096)).toString('utf8');
    if (HAR_START.test(this.#start)) {
      // Whether each entry has its line shows in the first.
      const isShown = this.#start.length >= 4_096 || OUR_ENTRIES.test(this.#start);
      return isShown ? this.#har() : null;
    }
    this.#lines.push(chunk);
    this.#bytes += chunk.length;
    if (this.#seen === 0 && this.#bytes > LONGEST && this.#start.includes('\0')) return 'none';
    return this.#format ?? (this.#seen >= MOST_LINES ? 'none' : null);
  }

  /** The same, as there is no more of it. */
  end(): DetectedFormat | 'none' {
    if (HAR_START.test(this.#start)) return this.#har();
    this.#lines.end();
    return this.#format ?? 'none';
  }

  /** What it seems to be, for who wonders why it is not read. */
  get looksLike(): string {
    return looksLike(this.#start);
  }

  #har(): DetectedFormat {
    return { name: 'har', open: OUR_ENTRIES.test(this.#start) ? openHarLines : openHarStream };
  }

  #formatOf(bytes: Uint8Array, from: number, to: number): DetectedFormat | null {
    if (readHeading(bytes, from, to) !== null) return { name: 'csv', open: openCsv };
    if (this.#ndjson.head(bytes, from, to, this.#head) === null) return { name: 'ndjson', open: openNdjson };
    if (this.#access.read(bytes, from, to) && this.#access.isAccess)
      return { name: 'json', open: openJsonAccess };
    if (this.#combined.head(bytes, from, to, this.#head) === null)
      return { name: 'combined', open: openCombined };
    return null;
  }
}
