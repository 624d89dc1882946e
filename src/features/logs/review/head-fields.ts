import { type Flaw, flaw } from './flaw.ts';
import { JsonScan, type JsonScanOptions, KIND, type WantedKeys } from './json-scan.ts';
import { FULL, NO_TEXT, type TextTable } from './text-table.ts';
import { decimal, INVALID } from './values.ts';

/** Names longer than this are none. */
const LONGEST_NAME = 2_000;

/** As a person says what was found in a field that should have something else; by KIND. */
const FOUND = [
  'missing',
  'null',
  'true',
  'false',
  'a number that it cannot be',
  'a text that it cannot be',
  'a text that it cannot be',
  'a list or an object',
];

/** Reads the fields of a head from a JSON object. The first that is wrong is told. */
export class HeadFields {
  readonly scan: JsonScan;
  readonly #texts: TextTable;
  #flaw: Flaw | null = null;

  constructor(wanted: WantedKeys, places: number, texts: TextTable, options?: JsonScanOptions) {
    this.scan = new JsonScan(wanted, places, options);
    this.#texts = texts;
  }

  /** What was wrong since the last time. */
  takeFlaw(): Flaw | null {
    const found = this.#flaw;
    this.#flaw = null;
    return found;
  }

  has(place: number): boolean {
    const kind = this.scan.kind[place];
    return kind !== KIND.absent && kind !== KIND.null;
  }

  isTrue(place: number): boolean {
    return this.scan.kind[place] === KIND.true;
  }

  /** Is wrong where there is no text; the text itself is read with the record. */
  needText(place: number, field: string): void {
    const kind = this.scan.kind[place];
    if (kind !== KIND.text && kind !== KIND.escaped) this.wrong(place, field);
  }

  /** The number of a text that may be missing, or null. */
  text(bytes: Uint8Array, place: number, field: string, isAddress = false): number {
    if (!this.has(place)) return NO_TEXT;
    const kind = this.scan.kind[place];
    const [from, to] = [this.scan.start[place] as number, this.scan.end[place] as number];
    if ((kind !== KIND.text && kind !== KIND.escaped) || to - from > LONGEST_NAME) {
      this.wrong(place, field);
      return NO_TEXT;
    }
    const number =
      kind === KIND.text
        ? this.#texts.number(bytes, from, to, isAddress)
        : this.#texts.numberOf(this.scan.text(place), isAddress);
    if (number !== FULL) return number;
    this.#flaw ??= flaw('file.too_many_values', { what: field });
    return NO_TEXT;
  }

  /** The same for one that must be there. */
  neededText(bytes: Uint8Array, place: number, field: string, isAddress = false): number {
    if (!this.has(place)) this.wrong(place, field);
    return this.text(bytes, place, field, isAddress);
  }

  /** A number that must be there. */
  number(bytes: Uint8Array, place: number, field: string): number {
    const isNumber = this.scan.kind[place] === KIND.number;
    const value = isNumber
      ? decimal(bytes, this.scan.start[place] as number, this.scan.end[place] as number)
      : INVALID;
    if (value === INVALID) this.wrong(place, field);
    return value;
  }

  /** An HTTP status that must be there. */
  status(bytes: Uint8Array, place: number, field: string): number {
    const value = this.number(bytes, place, field);
    if (value !== INVALID && !(Number.isInteger(value) && value <= 999)) this.wrong(place, field);
    return value;
  }

  /** A time as a text that must be there. */
  time(
    bytes: Uint8Array,
    place: number,
    field: string,
    read: (bytes: Uint8Array, from: number, to: number) => number,
  ): number {
    const isText = this.scan.kind[place] === KIND.text;
    const value = isText
      ? read(bytes, this.scan.start[place] as number, this.scan.end[place] as number)
      : INVALID;
    if (value === INVALID) this.wrong(place, field);
    return value;
  }

  wrong(place: number, field: string): void {
    this.#flaw ??= flaw('line.field', { field, found: FOUND[this.scan.kind[place] as number] as string });
  }
}
