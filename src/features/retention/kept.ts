import { DAY, HOUR } from '../../base/clock.ts';
import type { RetentionPolicy } from './contract.ts';

/** Roll-ups by minute are kept so long, whatever else is: charts of a day are made of them. */
const MINUTE_DAYS = 30;

/** The oldest UTC days (their numbers since 1970) of which something is kept. */
export interface KeptSince {
  readonly rawDay: number;
  readonly minuteDay: number;
  readonly rollupDay: number;
  /** The rows of this day and after it stay, whatever they take on the disk. */
  readonly lastHourDay: number;
}

/**
 * What is kept by age. Age is told by the clock, but by no more than a day after the newest row: a clock that jumped
 * ahead must not delete everything, as the counters of the limits follow from the last rows.
 */
export function keptSince(
  { rawDays, rollupDays }: RetentionPolicy,
  clockNow: number,
  newestRow: number | null,
): KeptSince {
  const dayOf = (time: number) => Math.floor(time / DAY);
  const today = dayOf(Math.min(clockNow, (newestRow ?? clockNow) + DAY));
  const lastHourDay = dayOf((newestRow ?? clockNow) - HOUR);
  return {
    rawDay: Math.min(today - rawDays, lastHourDay),
    minuteDay: today - MINUTE_DAYS,
    rollupDay: today - rollupDays,
    lastHourDay,
  };
}
