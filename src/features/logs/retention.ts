import { rmSync } from 'node:fs';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { forgetBefore } from '../usage/forget.ts';
import { dayOf, dayPath, listDays } from './day-file.ts';

/** How long raw rows (and roll-ups by minute) are kept. */
const RAW_DAYS = 30;
/** How long roll-ups by quarter hour are kept: 13 months. */
const ROLLUP_DAYS = 397;

/** The first UTC day whose rows are still kept at `now`. */
export const earliestKeptDay = (now: number): number => dayOf(now) - RAW_DAYS;

/** Deletes what is older than retention keeps: whole files of days, rows of roll-ups. */
export function applyRetention(instanceFile: string, usage: SqliteFile, now: number): void {
  const kept = earliestKeptDay(now);
  for (const day of listDays(instanceFile)) {
    if (day >= kept) continue;
    const path = dayPath(instanceFile, day);
    // The file last: what a kill leaves is then found again.
    for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
  }
  forgetBefore(usage, 'minute', kept * DAY);
  forgetBefore(usage, 'quarter', (dayOf(now) - ROLLUP_DAYS) * DAY);
}
