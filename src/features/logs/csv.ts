import { detailOf } from './detail.ts';
import type { LogRecord } from './record.ts';

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
