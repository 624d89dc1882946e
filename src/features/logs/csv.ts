import { detailOf } from './detail.ts';
import { HeadText } from './head-text.ts';
import { isoTime } from './iso-time.ts';
import type { LogRecord } from './record.ts';
import { decodeRecord } from './stored-record.ts';

const COLUMNS = [
  ...['requestId', 'time', 'tokenId', 'tokenName', 'userId', 'userName', 'address', 'method', 'path'],
  ...['endpoint', 'status', 'reason', 'durationMs', 'upstreamMs', 'bytesIn', 'bytesOut', 'userAgent'],
  'policyVersion',
] as const satisfies ReadonlyArray<keyof ReturnType<typeof detailOf>>;

/** RFC 4180, lines ended by CR LF. */
export const csvHeader = `${COLUMNS.join(',')}\r\n`;

/** A record as a line of CSV. */
export function csvLine(record: LogRecord): string {
  const detail = detailOf(record);
  return `${COLUMNS.map((column) => csvCell(detail[column])).join(',')}\r\n`;
}

/** A cell that no spreadsheet takes for a formula: what could start one gets an apostrophe before it. */
export function csvCell(value: string | number | Date | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const head = new HeadText();

/** As `csvLine`, of the line of a record: most values go over as they stand there. */
export function csvLineOf(json: string): string {
  if (!head.read(json)) return csvLine(decodeRecord(json));
  const query = head.raw('query');
  const path = head.raw('path');
  let line = '';
  for (const column of COLUMNS) {
    if (column === 'time') line += isoTime(Number(head.raw('time')));
    else if (column === 'path' && query !== '""') line += cellOf(`${path.slice(0, -1)}?${query.slice(1)}`);
    else line += cellOf(head.raw(column));
    line += column === 'policyVersion' ? '\r\n' : ',';
  }
  return line;
}

/** Of cells that need more than a copy, those that come again and again. */
const known = new Map<string, string>();
const MOST_KNOWN = 2_000;

/** A cell of a value as JSON has it. */
function cellOf(raw: string): string {
  if (raw.charCodeAt(0) !== 34) return raw === 'null' ? '' : raw;
  if (!NEEDS_CARE.test(raw)) return raw.slice(1, -1);
  let cell = known.get(raw);
  if (cell === undefined) {
    cell = csvCell(JSON.parse(raw) as string);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(raw, cell);
  }
  return cell;
}

/** A text with an escape or a comma, or which starts as a formula. */
const NEEDS_CARE = /^"[=+\-@]|[\\,]/;
