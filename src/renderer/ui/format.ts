import { DAY, HOUR, MINUTE, SECOND } from '../../base/clock.ts';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });
const exact = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const number = new Intl.NumberFormat('en');

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

/** "3 hr. ago", "in 12 days", "just now": `time` seen from `now`, both Unix milliseconds. */
export function relativeTime(time: number, now: number): string {
  const away = time - now;
  if (Math.abs(away) < 45 * SECOND) return away <= 0 ? 'just now' : 'in a moment';
  for (const [unit, length] of steps) {
    if (Math.abs(away) >= length) return relative.format(Math.trunc(away / length), unit);
  }
  return relative.format(Math.sign(away), 'minute');
}

/** The exact instant in the viewer's zone, and in UTC. */
export const exactTime = (time: Date): string =>
  `${exact.format(time)} · ${time.toISOString().replace('.000Z', 'Z')}`;

/** "24 Nov 2026", in the viewer's zone. */
export const dayOf = (time: Date): string => day.format(time);

/** "12,345" */
export const count = (value: number): string => number.format(value);

/** "1 request", "2 requests" */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Keeps both ends, which is where names and ids differ: "shf_9Kq…x2". */
export function middle(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = Math.ceil((longest - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (longest - 1 - head))}`;
}
