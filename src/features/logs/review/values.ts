import { DAY, HOUR, MINUTE, SECOND } from '../../../base/clock.ts';

/** What is not a time or not a number, in place of one: both are never negative in a log. */
export const INVALID = -1;

/** As the journal's records are bounded: year 2243. */
const LATEST = 100_000 * DAY;

const [DASH, COLON, POINT, CAPITAL_T, CAPITAL_Z, SLASH, PLUS, MINUS] = [45, 58, 46, 84, 90, 47, 43, 45];

const digit = (bytes: Uint8Array, at: number): number => {
  const value = (bytes[at] as number) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
};
const two = (bytes: Uint8Array, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);

/** Rows come in order of time, so the day is nearly always that of the row before. */
let [knownDate, knownDay] = [Number.NaN, Number.NaN];

/** Unix milliseconds of a day's start; NaN for one that there is not. */
function startOfDay(year: number, month: number, day: number): number {
  const date = (year * 100 + month) * 100 + day;
  if (date === knownDate) return knownDay;
  const start = new Date(0);
  start.setUTCFullYear(year, month - 1, day);
  const exists = start.getUTCMonth() === month - 1 && start.getUTCDate() === day;
  [knownDate, knownDay] = [date, exists ? start.getTime() : Number.NaN];
  return knownDay;
}

const bounded = (time: number): number => (time >= 0 && time < LATEST ? Math.floor(time) : INVALID);

/** Of an ISO 8601 instant with a zone, or INVALID. That of our own exports is read without making a text of it. */
export function isoTime(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  const isOurs =
    length === 24 &&
    bytes[from + 23] === CAPITAL_Z &&
    bytes[from + 4] === DASH &&
    bytes[from + 7] === DASH &&
    bytes[from + 10] === CAPITAL_T &&
    bytes[from + 13] === COLON &&
    bytes[from + 16] === COLON &&
    bytes[from + 19] === POINT;
  if (!isOurs)
    return length <= 40 ? isoTimeOf(Buffer.from(bytes.subarray(from, to)).toString('latin1')) : INVALID;
  const [hour, minute, second] = [two(bytes, from + 11), two(bytes, from + 14), two(bytes, from + 17)];
  if (!(hour < 24 && minute < 60 && second < 60)) return INVALID;
  const year = two(bytes, from) * 100 + two(bytes, from + 2);
  const ms = digit(bytes, from + 20) * 100 + two(bytes, from + 21);
  return bounded(
    startOfDay(year, two(bytes, from + 5), two(bytes, from + 8)) +
      hour * HOUR +
      minute * MINUTE +
      second * SECOND +
      ms,
  );
}

const ISO = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

function isoTimeOf(text: string): number {
  const zone = ISO.exec(text)?.[1];
  if (zone === undefined) return INVALID;
  const time = Date.parse(
    text
      .replace(' ', 'T')
      .replace(',', '.')
      .replace(/(\d\d):?(\d\d)$/, zone === 'Z' ? '$&' : '$1:$2'),
  );
  return bounded(time);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthAt = (bytes: Uint8Array, at: number): number =>
  MONTHS.indexOf(String.fromCharCode(bytes[at] as number, bytes[at + 1] as number, bytes[at + 2] as number)) +
  1;

/** Of a time as access logs write it, "24/Nov/2026:13:55:36 +0100", or INVALID. */
export function localTime(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 26 || bytes[from + 2] !== SLASH || bytes[from + 6] !== SLASH) return INVALID;
  const sign = bytes[from + 21] === PLUS ? 1 : bytes[from + 21] === MINUS ? -1 : Number.NaN;
  const month = monthAt(bytes, from + 3);
  const [hour, minute, second] = [two(bytes, from + 12), two(bytes, from + 15), two(bytes, from + 18)];
  // A leap second stands in logs as :60.
  if (month === 0 || !(hour < 24 && minute < 60 && second <= 60)) return INVALID;
  const offset = sign * (two(bytes, from + 22) * HOUR + two(bytes, from + 24) * MINUTE);
  const year = two(bytes, from + 7) * 100 + two(bytes, from + 9);
  return bounded(
    startOfDay(year, month, two(bytes, from)) + hour * HOUR + minute * MINUTE + second * SECOND - offset,
  );
}

/** Of seconds or milliseconds since 1970, whichever it must be; or INVALID. */
export function epochTime(bytes: Uint8Array, from: number, to: number): number {
  const value = decimal(bytes, from, to);
  // Later than 1973 in milliseconds, earlier than 5138 in seconds.
  return value === INVALID ? INVALID : bounded(value > 1e11 ? value : Math.round(value * SECOND));
}

/** A number that is not negative, or INVALID. Exactly what Number makes of its text. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  // Up to 15 digits are a whole number that is exact, and so is the power of ten: one division rounds as Number does.
  if (to - from > 16 || to === from || (to - from === 1 && bytes[from] === POINT))
    return decimalOf(bytes, from, to);
  let whole = 0;
  let point = -1;
  for (let at = from; at < to; at++) {
    const char = bytes[at] as number;
    if (char >= 48 && char <= 57) whole = whole * 10 + char - 48;
    else if (char === POINT && point < 0) point = at;
    else return decimalOf(bytes, from, to);
  }
  if (to - from === 16 && point < 0) return decimalOf(bytes, from, to);
  return point < 0 ? whole : whole / 10 ** (to - point - 1);
}

function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > 40) return INVALID;
  const text = Buffer.from(bytes.subarray(from, to)).toString('latin1');
  const value = /^[\d.eE+-]+$/.test(text) ? Number(text) : Number.NaN;
  return value >= 0 && value < Number.MAX_SAFE_INTEGER ? value : INVALID;
}
