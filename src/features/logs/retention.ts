import { rmSync } from 'node:fs';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { forgetBefore } from '../usage/forget.ts';
import { dayOf, dayPath, listDays, readDay, timeOfRow } from './day-file.ts';

/** How long raw rows (and roll-ups by minute) are kept. */
const RAW_DAYS = 30;
/** How long roll-ups by quarter hour are kept: 13 months. */
const ROLLUP_DAYS = 397;

/**
 * The oldest days of which rows, and of which roll-ups by quarter hour, are kept. Age is told by the clock, but by no
 * more than a day after the newest row: a clock that jumped ahead must not delete everything, as the counters of the
 * limits follow from the last rows.
 */
export function keptSince(clockNow: number, newestRow: number | null): { rawDay: number; rollupDay: number } {
  const today = dayOf(Math.min(clockNow, (newestRow ?? clockNow) + DAY));
  return { rawDay: today - RAW_DAYS, rollupDay: today - ROLLUP_DAYS };
}

/** Deletes what is older than retention keeps: whole files of days, rows of roll-ups. */
export function applyRetention(instanceFile: string, usage: SqliteFile, clockNow: number): void {
  const { rawDay: kept, rollupDay } = keptSince(clockNow, newestRowTime(instanceFile));
  for (const day of listDays(instanceFile)) {
    if (day >= kept) continue;
    const path = dayPath(instanceFile, day);
    // The file last: what a kill leaves is then found again.
    for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
  }
  forgetBefore(usage, 'minute', kept * DAY);
  forgetBefore(usage, 'quarter', rollupDay * DAY);
  usage.prepare('DELETE FROM trial_refusal WHERE bucket < ?').run(kept * DAY);
}

/** When the newest row's request arrived, or null where there is none. */
export function newestRowTime(instanceFile: string): number | null {
  for (const day of listDays(instanceFile)) {
    const id = readDay(instanceFile, day, (file) =>
      file.prepare<[], number | null>('SELECT max(id) FROM request').pluck().get(),
    );
    if (typeof id === 'number') return timeOfRow(day, id);
  }
  return null;
}
