import { csvHeader } from '../export/csv.ts';
import { CsvCells } from './csv-cells.ts';
import { type Flaw, flaw } from './flaw.ts';
import { type Head, type OpenReader, SKIP } from './format.ts';
import { recordOf } from './own-record.ts';
import { CsvSplitter } from './split-csv.ts';
import { FULL, NO_TEXT } from './text-table.ts';
import { decimal, INVALID, isoTime } from './values.ts';

const TEXTS = ['tokenId', 'tokenName', 'userId', 'userName', 'endpoint', 'tag', 'reason'] as const;
const NEEDED_TEXTS = ['method', 'address'] as const;
/** Without these columns it is not our CSV. */
export const NEEDED_COLUMNS = ['requestId', 'time', 'address', 'method', 'path', 'status', 'durationMs'];
const NUMBERS = new Set(['status', 'durationMs', 'upstreamMs', 'bytesIn', 'bytesOut', 'policyVersion']);
const BOOLEANS = new Set(['counted', 'interrupted']);

/** Columns behind these are not read. */
const MOST_COLUMNS = 1_000;
const LONGEST_NAME = 2_000;

/** The columns of a heading, each where it stands first; null: it is not that of our CSV. */
export function readHeading(bytes: Uint8Array, from: number, to: number): Map<string, number> | null {
  const cells = new CsvCells(MOST_COLUMNS);
  if (!cells.read(bytes, from, to)) return null;
  const columns = new Map<string, number>();
  for (let cell = 0; cell < Math.min(cells.count, MOST_COLUMNS); cell++) {
    // Some programs begin with a mark of the byte order.
    const name = cells.text(bytes, cell).replace(/^\uFEFF/, '');
    if (!columns.has(name)) columns.set(name, cell);
  }
  return NEEDED_COLUMNS.every((name) => columns.has(name)) ? columns : null;
}

/** The columns as an export has them. */
const OWN_COLUMNS: ReadonlyMap<string, number> = new Map(
  csvHeader
    .trim()
    .split(',')
    .map((name, column) => [name, column]),
);

/** Whether a heading is that of our exports, with a name or two that nobody would have changed. */
const isOwnButDamaged = (heading: ReadonlyMap<string, number>, width: number): boolean => {
  const same = [...OWN_COLUMNS].filter(([name, column]) => heading.get(name) === column).length;
  return width === OWN_COLUMNS.size && same < width && same >= width - 2;
};

/** Our CSV, its columns in any order and with others between them. */
export const openCsv: OpenReader = (texts) => {
  const cells = new CsvCells(MOST_COLUMNS);
  let columns: ReadonlyMap<string, number> = OWN_COLUMNS;
  let width = 0;
  let hasRows = false;
  let found: Flaw | null = null;

  const wrong = (field: string, bytes: Uint8Array, cell: number) => {
    const isThere = cells.end[cell] !== cells.start[cell];
    const shown = isThere ? `"${cells.text(bytes, cell).slice(0, 40)}"` : 'missing';
    found ??= flaw('line.field', { field, found: shown });
  };
  const textAt = (bytes: Uint8Array, field: string): number => {
    const cell = columns.get(field);
    if (cell === undefined) return NO_TEXT;
    const [from, to] = [cells.textStart(bytes, cell), cells.end[cell] as number];
    if (from === to) return NO_TEXT;
    if (to - from > LONGEST_NAME) wrong(field, bytes, cell);
    else {
      const isAddress = field === 'address';
      const number =
        cells.doubled[cell] === 1
          ? texts.numberOf(cells.text(bytes, cell), isAddress)
          : texts.number(bytes, from, to, isAddress);
      if (number !== FULL) return number;
      found ??= flaw('file.too_many_values', { what: field });
    }
    return NO_TEXT;
  };
  const valueAt = (
    bytes: Uint8Array,
    field: string,
    read: (bytes: Uint8Array, from: number, to: number) => number,
  ): number => {
    const cell = columns.get(field) as number;
    const value = read(bytes, cells.start[cell] as number, cells.end[cell] as number);
    if (value === INVALID) wrong(field, bytes, cell);
    return value;
  };

  const readHead = (bytes: Uint8Array, from: number, to: number, head: Head): Flaw | null => {
    if (!cells.read(bytes, from, to)) return flaw('line.quotes');
    if (cells.count !== width) return flaw('line.columns', { found: cells.count, expected: width });
    found = null;
    head.time = valueAt(bytes, 'time', isoTime);
    head.status = valueAt(bytes, 'status', decimal);
    if (!(Number.isInteger(head.status) && head.status <= 999))
      wrong('status', bytes, columns.get('status') as number);
    head.durationMs = valueAt(bytes, 'durationMs', decimal);
    for (const field of TEXTS) head[field] = textAt(bytes, field);
    for (const field of NEEDED_TEXTS) {
      head[field] = textAt(bytes, field);
      if (head[field] === NO_TEXT) wrong(field, bytes, columns.get(field) as number);
    }
    head.counted = columns.has('counted') && cells.text(bytes, columns.get('counted') as number) === 'true';
    return found;
  };
  /** Of the first lines one is the heading. */
  const begin = (bytes: Uint8Array, from: number, to: number): Flaw | typeof SKIP => {
    const heading = readHeading(bytes, from, to);
    if (heading === null) return flaw('line.heading');
    cells.read(bytes, from, to);
    [columns, width] = [heading, cells.count];
    if (!isOwnButDamaged(heading, width)) return SKIP;
    columns = OWN_COLUMNS;
    return flaw('line.heading');
  };
  /** Where the heading is damaged, the first record shows that its columns are those that we write. */
  const asOwn = (bytes: Uint8Array, from: number, to: number, head: Head): boolean => {
    const before = [columns, width] as const;
    [columns, width] = [OWN_COLUMNS, OWN_COLUMNS.size];
    if (readHead(bytes, from, to, head) === null) return true;
    [columns, width] = before;
    return false;
  };

  return {
    split: (taker) =>
      new CsvSplitter(taker, (bytes) => cells.read(bytes, 0, bytes.length) && cells.count === width),
    head(bytes, from, to, head) {
      const read = width === 0 ? begin(bytes, from, to) : readHead(bytes, from, to, head);
      if (hasRows || read === SKIP) return read;
      hasRows = read === null || asOwn(bytes, from, to, head);
      return hasRows ? null : read;
    },
    record(text, ownId) {
      if (!cells.read(text, 0, text.length) || cells.count !== width) return null;
      const fields: Record<string, unknown> = Object.create(null);
      for (const [name, cell] of columns) {
        const value = cells.text(text, cell);
        if (value === '') fields[name] = null;
        else if (NUMBERS.has(name))
          fields[name] = decimal(text, cells.start[cell] as number, cells.end[cell] as number);
        else fields[name] = BOOLEANS.has(name) ? value === 'true' : value;
      }
      return recordOf(fields, ownId);
    },
  };
};
