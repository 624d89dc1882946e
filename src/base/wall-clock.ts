import { DAY, SECOND } from './clock.ts';

/** Is it a time zone that this machine knows, as "Europe/Berlin", "UTC"? */
export function isTimeZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

/** Before and after these, zones are taken to be as they are then: the rules of other times are not known anyway. */
const KNOWN = { from: Date.UTC(1900, 0), to: Date.UTC(2200, 0) };

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const number = 'numeric';
    const date = { year: number, month: number, day: number } as const;
    const time = { hour: number, minute: number, second: number, hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, ...date, ...time });
    formats.set(zone, format);
  }
  return format;
}

/** How far the wall clock of an IANA `zone` is ahead of UTC at `time` (Unix milliseconds), in milliseconds. */
export function zoneOffsetAt(time: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const at = Math.floor(Math.min(Math.max(time, KNOWN.from), KNOWN.to) / SECOND) * SECOND;
  const shown = formatOf(zone).format(at);
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = (shown.match(/\d+/g) ?? []).map(
    Number,
  );
  return Date.UTC(year, month - 1, day, hour, minute, second) - at;
}

/**
 * The instants that part a stretch of time into steps by the wall clock of a zone: `from`, each instant between at which
 * a step begins, `to`. Steps count from midnight; those of several days from 1 January 1970, of weeks from a Monday.
 *
 * Where clocks are put forward over the beginning of a step, it begins then. Where they are put back, a step that fits
 * into what is repeated comes again (an hour from 02:00 to 03:00 twice), and any other is so much longer.
 * @param from Unix milliseconds, as `to`, which is later
 * @param step milliseconds: a part of a day, or whole days
 */
export function wallClockSteps(from: number, to: number, step: number, zone: string): number[] {
  const between = step < DAY ? stepsOfHours(from, to, step, zone) : stepsOfDays(from, to, step / DAY, zone);
  return [from, ...between, to];
}

/** 1 January 1970 was a Thursday. */
const MONDAY = 4;

function* stepsOfDays(from: number, to: number, days: number, zone: string): Generator<number> {
  const phase = days % 7 === 0 ? MONDAY : 0;
  const first = Math.floor((from + zoneOffsetAt(from, zone)) / DAY) - phase;
  let last = from;
  for (let day = first - (((first % days) + days) % days) + phase; ; day += days) {
    const start = startOfDay(day, zone);
    if (start >= to) return;
    // A day that is skipped begins when the next one does.
    if (start <= last) continue;
    yield start;
    last = start;
  }
}

/** When a day begins, of which the number since 1970 is given: the first instant of it, also where midnight is skipped. */
function startOfDay(day: number, zone: string): number {
  const midnight = day * DAY;
  const before = zoneOffsetAt(midnight - DAY, zone);
  const after = zoneOffsetAt(midnight + DAY, zone);
  if (before === after) return midnight - before;
  const change = changeBetween(midnight - DAY, midnight + DAY, zone);
  // It is midnight by the clock before the change, or by the one after it, or the change skips it.
  if (midnight - before < change) return midnight - before;
  return Math.max(midnight - after, change);
}

function* stepsOfHours(from: number, to: number, step: number, zone: string): Generator<number> {
  // The latest that the wall clock has shown: what it shows again is no new step, unless whole steps come again.
  let shown = from + zoneOffsetAt(from, zone);
  for (let start = from; start < to; ) {
    const offset = zoneOffsetAt(start, zone);
    const stop = changeAfter(start, Math.min(start + DAY, to), zone);
    const next = zoneOffsetAt(stop, zone);
    for (let wall = stepAfter(shown, step); wall - offset < stop; wall += step) yield wall - offset;
    shown = Math.max(shown, stop + offset - 1);
    if (next < offset && (offset - next) % step === 0) shown = stop + next - 1;
    if (next > offset && stop < to && stop + next >= stepAfter(shown, step)) {
      yield stop;
      shown = stop + next;
    }
    start = stop;
  }
}

const stepAfter = (wall: number, step: number): number => (Math.floor(wall / step) + 1) * step;

/** The first instant after `from` at which the clock changes; `to`, at most a day later, where it does not before. */
const changeAfter = (from: number, to: number, zone: string): number =>
  zoneOffsetAt(from, zone) === zoneOffsetAt(to, zone) ? to : Math.min(changeBetween(from, to, zone), to);

/** When the clock changes, to the second; it does so once between the two. */
function changeBetween(from: number, to: number, zone: string): number {
  const before = zoneOffsetAt(from, zone);
  let [low, high] = [Math.floor(from / SECOND), Math.ceil(to / SECOND)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetAt(middle * SECOND, zone) === before) low = middle;
    else high = middle;
  }
  return high * SECOND;
}
