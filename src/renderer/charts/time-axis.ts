import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import { clockTime, shortDay, type Zone, zoneOffset } from '../ui/zone.ts';

/** Distances of labels that fall on round times, in milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 56].map((days) => days * DAY),
];

/** A label under a chart: which point it belongs to, and its text. */
export interface TimeTick {
  index: number;
  label: string;
}

/**
 * The points of a series to be labelled: those that start at round times on the clock of `zone` (also beside a
 * change of summer time), `most` of them at most. A label at midnight is the day, as is every label of a step of days.
 * @param starts Unix milliseconds, ascending
 */
export function timeTicks(starts: readonly number[], zone: Zone, most: number): TimeTick[] {
  const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
  const step = STEPS.find((length) => span / length < most) ?? STEPS.at(-1) ?? DAY;
  const pointLength = (starts[1] ?? step) - (starts[0] ?? 0);
  const onClock = (time: number, length: number) => Math.floor((time + zoneOffset(time, zone)) / length);
  const ticks: TimeTick[] = [];
  for (const [index, start] of starts.entries()) {
    const before = start - pointLength;
    if (onClock(before, step) === onClock(start, step)) continue;
    const newDay = onClock(before, DAY) !== onClock(start, DAY);
    const time = new Date(start);
    ticks.push({ index, label: newDay ? shortDay(time, zone) : clockTime(time, zone) });
  }
  return ticks;
}

/** How long one point is, in words for a heading: "per 15 minutes". */
export function perPoint(minutes: number): string {
  if (minutes === 1) return 'per minute';
  if (minutes < 60) return `per ${minutes} minutes`;
  if (minutes === 60) return 'per hour';
  if (minutes < 1_440) return `per ${minutes / 60} hours`;
  return minutes === 1_440 ? 'per day' : `per ${minutes / 1_440} days`;
}
