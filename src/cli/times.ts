import { InvalidArgumentError } from 'commander';
import { DAY, HOUR, MINUTE, SECOND } from '../base/clock.ts';
import { UsageError } from './usage-error.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads an instant in ISO 8601: with a time it needs a zone; a date alone is the start, or for `end` the end, of that
 * day in UTC.
 */
export function readTime(option: string, text: string, edge: 'start' | 'end'): Date {
  const wanted = 'is not an ISO 8601 date (2026-12-31) or time with a zone (2026-12-31T17:00:00Z)';
  if (!DATE.test(text) && !INSTANT.test(text)) throw new UsageError(`${option}: "${text}" ${wanted}`);
  const time = new Date(DATE.test(text) ? `${text}T00:00:00Z` : text);
  // Date accepts 2026-02-31 as 3 March; a day that does not exist is a mistake.
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(time.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10))
    throw new UsageError(`${option}: "${text}" ${wanted}`);
  return DATE.test(text) && edge === 'end' ? new Date(time.getTime() + DAY) : time;
}

/** The expiry an option asks for: null never, undefined the default. A date alone is the last second of that day. */
export function readExpiry(text: string | undefined): Date | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'never') return null;
  const time = readTime('--expires', text, 'end');
  return DATE.test(text) ? new Date(time.getTime() - 1_000) : time;
}

const UNITS = { ms: 1, s: SECOND, m: MINUTE, h: HOUR } as const;

/** Reads how long something takes, in milliseconds: 500ms, 5s, 10m, 1h; without a unit, seconds. */
export const duration =
  (least: number, most: number) =>
  (text: string): number => {
    const [, number, unit = 's'] = /^(\d{1,9})(ms|s|m|h)?$/.exec(text.trim()) ?? [];
    const length = Number(number) * UNITS[unit as keyof typeof UNITS];
    if (!(length >= least && length <= most))
      throw new InvalidArgumentError(
        `It must be a time as 500ms, 5s, 10m or 1h, from ${least} ms to ${most / HOUR} h.`,
      );
    return length;
  };

export const shownTime = (time: Date | null): string =>
  time === null ? '–' : time.toISOString().replace(/\.\d{3}Z$/, 'Z');
