import { DAY } from '../../base/clock.ts';

/**
 * A row's id within its day is its time: milliseconds since midnight in the high bits, where its record began in its
 * journal segment in the low ones, so that the order of ids is the order of time.
 */

/** Room for where a record begins in its segment: 32 MiB. With the milliseconds of a day that is 52 bits. */
export const ID_STEP = 2 ** 25;

/** The segment of rows whose records are in the table `record`, under the rows' ids. */
export const IN_TABLE = 2 ** 32 - 1;

/** A UTC day, as the number of days since 1970. */
export const dayOf = (time: number): number => Math.floor(time / DAY);

/** The smallest id of a row of `day` at `time` or later; 0 where that is before the day. */
export const idAt = (day: number, time: number): number => Math.max(0, time - day * DAY) * ID_STEP;

/** The milliseconds since the day began, of a time within it. */
export const timeIn = (day: number, time: number): number => time - day * DAY;

/** The low part of a row's id. */
export const offsetIn = (id: number): number => id % ID_STEP;

export const rowId = (day: number, time: number, offset: number): number =>
  idAt(day, time) + (offset % ID_STEP);

/** The milliseconds since midnight of a row's id. */
export const timeInDay = (id: number): number => Math.floor(id / ID_STEP);

/** The Unix milliseconds of a row. */
export const timeOfRow = (day: number, id: number): number => day * DAY + timeInDay(id);

/** As "2026-11-24". */
export const dayName = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);

/** The day of a name like "2026-11-24", or null. */
export function dayFromName(name: string): number | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(name)) return null;
  const time = Date.parse(`${name}T00:00:00Z`);
  return Number.isNaN(time) ? null : dayOf(time);
}
