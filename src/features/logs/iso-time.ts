import { MINUTE, SECOND } from '../../base/clock.ts';

/** The minute that was written last is nearly always that of the next time. */
let minute = Number.NaN;
let written = '';

const PADDED = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));

/** Unix milliseconds as `Date.prototype.toISOString` writes them, for who writes millions in a row. */
export function isoTime(time: number): string {
  const begun = Math.floor(time / MINUTE) * MINUTE;
  if (begun !== minute) {
    written = new Date(begun).toISOString().slice(0, -7);
    minute = begun;
  }
  const rest = time - begun;
  const ms = rest % SECOND;
  return `${written}${PADDED[Math.floor(rest / SECOND)]}.${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`;
}
