import { SECOND } from '../../base/clock.ts';

export interface ExportProgress {
  readonly rows: number;
  /** Of the file before it is compressed. */
  readonly bytes: number;
  /** How many rows there will be; null where that is not known. */
  readonly total: number | null;
  readonly elapsedMs: number;
}

const grouped = (number: number): string => Math.round(number).toLocaleString('en-US');

/** How far an export is, in a line: "412,000 of 1,000,000 requests (41 %), 128 MB, 85,000 a second, 7 s left". */
export function progressLine({ rows, bytes, total, elapsedMs }: ExportProgress): string {
  const rate = rows / (elapsedMs / SECOND);
  const known = total !== null && total >= rows && total > 0;
  return [
    known
      ? `${grouped(rows)} of ${grouped(total)} requests (${Math.floor((100 * rows) / total)} %)`
      : `${grouped(rows)} requests`,
    `${grouped(bytes / 1e6)} MB`,
    `${grouped(rate)} a second`,
    ...(known && rate > 0 ? [`${timeLeft((total - rows) / rate)} left`] : []),
  ].join(', ');
}

/** Seconds as somebody who waits wants to hear them. */
function timeLeft(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 120 ? `${whole} s` : `${Math.ceil(whole / 60)} min`;
}
