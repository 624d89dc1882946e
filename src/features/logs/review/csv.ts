import { CsvCells } from './csv-cells.ts';
import { type Flaw, flaw, type OpenReader, SKIP } from './format.ts';
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

/** Our CSV, its columns in any order and with others between them. */
export const openCsv: OpenReader = (texts) => {
  const cells = new CsvCells(MOST_COLUMNS);
  let columns = new Map<string, number>();
  let width = 0;
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
      const number =
        cells.doubled[cell] === 1 ? texts.numberOf(cells.text(bytes, cell)) : texts.number(bytes, from, to);
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

  return {
    split: (taker) =>
      new CsvSplitter(taker, (bytes) => cells.read(bytes, 0, bytes.length) && cells.count === width),
    head(bytes, from, to, head) {
      if (width === 0) {
        const heading = readHeading(bytes, from, to);
        // Before the heading there is nothing that can be read.
        if (heading === null) return SKIP;
        columns = heading;
        cells.read(bytes, from, to);
        width = cells.count;
        return SKIP;
      }
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
