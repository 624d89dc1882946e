import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { LogRecord } from '../record.ts';
import { type DetectedFormat, Detection } from './detect.ts';
import { type Flaw, flaw } from './flaw.ts';
import { type FormatName, Head, placeId, type RecordReader, SKIP } from './format.ts';
import { givingWay } from './giving-way.ts';
import { LinePlaces } from './line-places.ts';
import { Problems } from './problems.ts';
import type { ReviewIndex } from './review-index.ts';
import { SourceFile } from './source-file.ts';
import type { Splitter, Taker } from './split-lines.ts';

/** What is read again at once, in bytes. */
const AGAIN = 512 * 1024;

/** What was read of a file from its first byte to its last. */
export interface WholeFile {
  readonly rows: number;
  /** Unpacked. */
  readonly bytes: number;
  /** Null: nobody has asked for it. */
  readonly sha256: string | null;
}

/** One file of a review: brings its rows into the index, and reads its records. */
export class FileReview implements Taker {
  readonly source: SourceFile;
  readonly problems = new Problems();
  readonly #index: ReviewIndex;
  /** Which file it is, counted from 0. */
  readonly #number: number;
  readonly #vouched: boolean;
  readonly #lines = new LinePlaces();
  readonly #head = new Head();
  readonly #bytesAt = (offset: number, length: number) => this.source.bytesAt(offset, length);
  #format: FormatName | null = null;
  #reader: RecordReader | null = null;
  #splitter: Splitter | null = null;
  #rows = 0;
  /** Unpacked, read so far. */
  #bytes = 0;
  #isUtf8 = true;
  #wasUtf8 = true;
  #full: Flaw | null = null;
  #hasDurations = false;

  /**
   * @param vouched there is a manifest, with which what is read will be compared
   * @throws where the file cannot be opened: an error of the system
   */
  constructor(path: string, number: number, index: ReviewIndex, vouched = false) {
    this.#vouched = vouched;
    this.source = new SourceFile(path);
    this.#number = number;
    this.#index = index;
  }

  get format(): FormatName | null {
    return this.#format;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether any of its rows says how long it took. */
  get hasDurations(): boolean {
    return this.#hasDurations;
  }

  /**
   * Reads all of it. What is wrong with it is among its problems.
   * @returns null where it was not read to its end, or is not a log
   */
  async read(isStopped: () => boolean): Promise<WholeFile | null> {
    // It costs a sixth of all.
    const hash = this.#vouched ? createHash('sha256') : null;
    const detection = new Detection();
    let isNone = false;
    const detected = (found: ReturnType<Detection['push']>) => {
      if (found === 'none') isNone = true;
      else if (found !== null) this.#begin(found);
    };
    const cut = await this.source.read((chunk) => {
      hash?.update(chunk);
      this.#bytes += chunk.length;
      if (this.#splitter === null) detected(detection.push(chunk));
      else this.#push(chunk);
      return !isNone && this.#full === null && !isStopped();
    });
    if (this.#splitter === null && !isNone && this.#bytes > 0) detected(detection.end());
    this.#splitter?.end();
    for (const found of [cut, this.#full]) if (found !== null) this.problems.ofFile(found, null);
    if (this.#bytes === 0 && cut === null) this.problems.ofFile(flaw('file.empty'), null);
    else if (isNone) this.problems.ofFile(flaw('file.not_a_log', { detail: detection.looksLike }), 1);
    const isWhole = cut === null && !isNone && this.#full === null && !isStopped();
    return isWhole ? { rows: this.#rows, bytes: this.#bytes, sha256: hash?.digest('hex') ?? null } : null;
  }

  /**
   * Looks for damage in what was read while somebody seemed to vouch for it, as the manifest is another file's. Rows
   * whose heads are sound stay.
   */
  async lookForDamage(isStopped: () => boolean): Promise<void> {
    const reader = this.#reader;
    if (reader?.isSound === undefined) return;
    const giveWay = givingWay();
    const splitter = reader.split({
      take: (text, from, to, _, line) => {
        if (reader.head(text, from, to, this.#head) === null && !reader.isSound?.(text, from, to))
          this.problems.ofLine(flaw('line.damaged'), line);
      },
      // These were told when it was read.
      flawed: () => undefined,
    });
    for (const chunk of this.#again(this.#bytes)) {
      splitter.push(chunk);
      await giveWay();
      if (isStopped()) return;
    }
    splitter.end();
  }

  take(bytes: Uint8Array, from: number, to: number, offset: number, line: number): void {
    if (this.#full !== null) return;
    const found = this.#reader?.head(bytes, from, to, this.#head) ?? null;
    if (found === SKIP) return;
    if (found !== null) {
      if (found.code === 'file.too_many_values') this.#full = found;
      else this.problems.ofLine(found, line);
      return;
    }
    this.#full = this.#index.add(this.#head, this.#number, offset, to - from);
    if (this.#full !== null) return;
    this.#rows++;
    this.#lines.add(line, offset);
    if (this.#head.durationMs > 0) this.#hasDurations = true;
    if (!(this.#isUtf8 && this.#wasUtf8) && !isUtf8(bytes.subarray(from, to)))
      this.problems.ofLine(flaw('line.not_utf8'), line);
  }

  flawed(found: Flaw, line: number): void {
    if (found.code.startsWith('file.')) this.problems.ofFile(found, line);
    else this.problems.ofLine(found, line);
  }

  /**
   * The record in these bytes; null where the file is not what it was.
   * @param needsId false: one that says no id of its own may have none
   */
  record(offset: number, text: Buffer, needsId: boolean): LogRecord | null {
    const ownId = () => {
      if (!needsId) return '';
      const line = this.#lines.lineAt(offset, this.#bytesAt);
      return placeId({ file: this.#number + 1, line, offset });
    };
    return this.#reader?.record(text, ownId) ?? null;
  }

  close(): void {
    this.source.close();
  }

  /** What was read before it showed what the file is (`bytes`) is read again: it may be too much to be held. */
  #begin({ name, open }: DetectedFormat): void {
    this.#format = name;
    this.#reader = open(this.#index.texts, this.#vouched);
    this.#splitter = this.#reader.split(this);
    for (const chunk of this.#again(this.#bytes)) this.#push(chunk);
  }

  /** The first bytes once more. */
  *#again(bytes: number): Generator<Buffer, void> {
    for (let at = 0; at < bytes; ) {
      const chunk = this.source.bytesAt(at, Math.min(AGAIN, bytes - at));
      if (chunk.length === 0) return;
      yield chunk;
      at += chunk.length;
    }
  }

  #push(chunk: Uint8Array): void {
    this.#wasUtf8 = this.#isUtf8;
    this.#isUtf8 = isUtf8(chunk);
    this.#splitter?.push(chunk);
  }
}
