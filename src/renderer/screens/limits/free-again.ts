import { HOUR, MINUTE, SECOND } from '../../../base/clock.ts';

/** "in 40 s", "in 12 min", "in 1 h 1 min": how long until more is free, never told too short. @param ms milliseconds */
export function freeAgain(ms: number): string {
  if (ms <= 2 * MINUTE) return `in ${Math.max(0, Math.ceil(ms / SECOND))} s`;
  const minutes = Math.ceil(ms / MINUTE);
  const perHour = HOUR / MINUTE;
  if (minutes < perHour) return `in ${minutes} min`;
  // An hour's oldest minute counts until it is over as a whole, so it can be a minute more than an hour.
  const [hours, rest] = [Math.floor(minutes / perHour), minutes % perHour];
  return rest === 0 ? `in ${hours} h` : `in ${hours} h ${rest} min`;
}
