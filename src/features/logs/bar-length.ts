import { DAY, HOUR, MINUTE, SECOND } from '../../base/clock.ts';

/** Lengths of a bar that people read easily. */
const LENGTHS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  DAY,
  7 * DAY,
];

/** The length of a bar, in milliseconds, so that a stretch of time has at most about so many. Beyond a week, whole weeks. */
export function barLength(stretch: number, bars: number): number {
  const weeks = Math.ceil(stretch / bars / (7 * DAY));
  return LENGTHS.find((length) => stretch / length <= bars) ?? weeks * 7 * DAY;
}
