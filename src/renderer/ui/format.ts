import { DAY, HOUR, MINUTE, SECOND } from '../../base/clock.ts';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' });
const relativeMinutes = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'short' });
const exactParts = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
} as const;
const exact = new Intl.DateTimeFormat('en-GB', exactParts);
const number = new Intl.NumberFormat('en');

const steps: { unit: Intl.RelativeTimeFormatUnit; length: number; from: number }[] = [
  { unit: 'year', length: 365 * DAY, from: 730 * DAY },
  { unit: 'month', length: 30 * DAY, from: 120 * DAY },
  { unit: 'day', length: DAY, from: 36 * HOUR },
  { unit: 'hour', length: HOUR, from: 90 * MINUTE },
  { unit: 'minute', length: MINUTE, from: MINUTE },
];

/** "3 hours ago", "in 90 days", "just now": `time` seen from `now`, both Unix milliseconds. */
export function relativeTime(time: number, now: number): string {
  const away = time - now;
  const step = steps.find(({ from }) => Math.abs(away) >= from);
  if (step !== undefined) {
    const words = step.unit === 'minute' ? relativeMinutes : relative;
    return words.format(Math.round(away / step.length), step.unit);
  }
  // `now` may be a quarter minute behind (ui/now.ts), so what was just made must not seem to lie ahead.
  return away > 20 * SECOND ? 'in a moment' : 'just now';
}

/** The exact instant in the viewer's zone, which it names. */
export const exactTime = (time: Date): string => exact.format(time);

/** The instant to the second, and in UTC. */
export const exactTimes = (time: Date): string =>
  `${exact.format(time)} · ${time.toISOString().replace(/\.\d+Z$/, 'Z')}`;

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

/** Names in buttons and sentences, where a whole one could fill the dialog. */
export const shortName = (name: string): string => middle(name, 32);

/** "0 MB", "812 MB", "3.1 GB" */
export const dataSize = (bytes: number): string =>
  bytes < 1e9 ? `${count(Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
