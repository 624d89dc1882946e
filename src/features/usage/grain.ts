import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { GRAINS, type Grain } from './rollup.ts';

/** What a question about usage reads: times in Unix milliseconds. */
export interface UsageRange {
  /** Inclusive, on the grain. */
  from: number;
  /** Exclusive, on the grain. */
  to: number;
  grain: Grain;
  /** The length of one point of the series, in minutes; the last point may be shorter. */
  seriesMinutes: number;
}

/** Up to here the roll-ups by minute are read. */
const FINE_RANGE = 12 * HOUR;
/** A day less than they are kept, so that retention never bites into a range while it is shown. */
const FINE_AGE = 29 * DAY;
const MAX_POINTS = 120;

/** Lengths of a point that people read easily, in minutes; above them whole days. */
const LENGTHS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];

/** Widens a range to the grain that fits it, and picks the series' points: about 60 to 120 of them. */
export function fitRange(from: number, to: number, now: number): UsageRange {
  const grain: Grain = to - from <= FINE_RANGE && from >= now - FINE_AGE ? 'minute' : 'quarter';
  const step = GRAINS[grain];
  const widened = { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
  const minutes = (widened.to - widened.from) / MINUTE;
  const grainMinutes = step / MINUTE;
  const days = Math.ceil(minutes / MAX_POINTS / (DAY / MINUTE)) * (DAY / MINUTE);
  const seriesMinutes =
    LENGTHS.find((length) => length % grainMinutes === 0 && minutes / length <= MAX_POINTS) ?? days;
  return { ...widened, grain, seriesMinutes };
}
