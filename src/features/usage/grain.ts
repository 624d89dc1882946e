import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { wallClockSteps } from '../../base/wall-clock.ts';
import { type Grain, QUARTER } from './cell-id.ts';

/** A stretch of time that is summed up, all of it on the grain: Unix milliseconds. */
export interface UsageRange {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** The finest roll-ups that are read. */
  readonly grain: Grain;
}

export interface UsageSeries extends UsageRange {
  readonly zone: string;
  /** The length of one point of the series. */
  readonly seriesMinutes: number;
  /** What parts the points: one more than there are points. */
  readonly points: readonly number[];
}

/** Up to here the roll-ups by minute are read. */
const FINE_RANGE = 12 * HOUR;
/** A day less than they are kept, so that retention never bites into a range while it is shown. */
const FINE_AGE = 29 * DAY;
const MAX_POINTS = 120;

/** Lengths of a point that people read easily, in minutes; above them whole days. */
const LENGTHS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];

/** Widens a range to the grain that fits it. @param since when the oldest of what is to be read began */
export function fitRange(from: number, to: number, now: number, since = from): UsageRange {
  const grain: Grain = to - from <= FINE_RANGE && since >= now - FINE_AGE ? MINUTE : QUARTER;
  return { from: Math.floor(from / grain) * grain, to: Math.ceil(to / grain) * grain, grain };
}

/** Picks the points of a range's series: about 60 to 120 of them, by the wall clock of a zone. */
export function fitSeries(range: UsageRange, zone: string): UsageSeries {
  const { from, to, grain } = range;
  const minutes = (to - from) / MINUTE;
  const days = Math.ceil(minutes / MAX_POINTS / (DAY / MINUTE)) * (DAY / MINUTE);
  const seriesMinutes =
    LENGTHS.find((length) => (length * MINUTE) % grain === 0 && minutes / length <= MAX_POINTS) ?? days;
  return { ...range, zone, seriesMinutes, points: wallClockSteps(from, to, seriesMinutes * MINUTE, zone) };
}

/** The range of the same length before one, in points of the same lengths: each is compared with one. */
export function rangeBefore(series: UsageSeries): UsageSeries {
  const length = series.to - series.from;
  const points = series.points.map((time) => time - length);
  return { ...series, from: series.from - length, to: series.from, points };
}
