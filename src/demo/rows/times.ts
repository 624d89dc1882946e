import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import type { Random } from '../random.ts';

/** How busy each hour of a day is (UTC), beside the others. */
const HOURS = [2, 1, 1, 1, 2, 4, 8, 12, 15, 16, 15, 14, 12, 13, 15, 16, 14, 11, 8, 6, 5, 4, 3, 2];
const WEEKEND = 0.35;

/**
 * The times of `rows` requests that arrived from `from` to `to` (Unix milliseconds), ascending: many by day, few at night
 * and at the weekend.
 */
export function* arrivalTimes(
  rows: number,
  from: number,
  to: number,
  random: Random,
): Generator<number, void> {
  const minutes = Math.max(1, Math.ceil((to - from) / MINUTE));
  const weight = (minute: number) => busyness(from + minute * MINUTE);
  let total = 0;
  for (let minute = 0; minute < minutes; minute++) total += weight(minute);
  let [reached, given] = [0, 0];
  for (let minute = 0; minute < minutes; minute++) {
    reached += weight(minute);
    const due = minute === minutes - 1 ? rows : Math.round((rows * reached) / total);
    const start = from + minute * MINUTE;
    const length = Math.min(MINUTE, to - start);
    const times = Array.from({ length: due - given }, () => start + Math.floor(random.next() * length));
    yield* times.sort((a, b) => a - b);
    given = due;
  }
}

function busyness(time: number): number {
  const day = new Date(time).getUTCDay();
  const hour = HOURS[Math.floor((time % DAY) / HOUR)] as number;
  return hour * (day === 0 || day === 6 ? WEEKEND : 1);
}
