import { rmSync } from 'node:fs';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { forgetBefore } from '../usage/forget.ts';
import { dayPath, listDays, readDay } from './day-file.ts';
import { keptSegmentPath, listKeptSegments } from './kept-segments.ts';
import { dayOf } from './row-ids.ts';

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

/** Deletes what is older than retention keeps: whole files of days, segments that no day needs, rows of roll-ups. */
export function applyRetention(instanceFile: string, usage: SqliteFile, clockNow: number): void {
  const { rawDay: kept, rollupDay } = keptSince(clockNow, newestRowTime(instanceFile));
  // Files first: that needs no room on the disk.
  for (const day of listDays(instanceFile)) if (day < kept) removeDay(instanceFile, day);
  removeUnneededSegments(instanceFile);
  forgetBefore(usage, 'minute', kept * DAY);
  forgetBefore(usage, 'quarter', rollupDay * DAY);
  usage.prepare('DELETE FROM trial_refusal WHERE bucket < ?').run(kept * DAY);
}

function removeDay(instanceFile: string, day: number): void {
  const path = dayPath(instanceFile, day);
  // The file last: what a kill leaves is then found again.
  for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true });
}

/** Removes the segments that were kept for days which are gone. */
function removeUnneededSegments(instanceFile: string): void {
  // Listed first: one that is kept meanwhile may belong to rows that are not looked at here.
  const kept = listKeptSegments(instanceFile);
  if (kept.length === 0) return;
  const needed = new Set<number>();
  for (const day of listDays(instanceFile)) {
    const numbers = readDay(instanceFile, day, (file) =>
      file.prepare<[], number>('SELECT number FROM segment').pluck().all(),
    );
    for (const number of numbers ?? []) needed.add(number);
  }
  for (const number of kept)
    if (!needed.has(number)) rmSync(keptSegmentPath(instanceFile, number), { force: true });
}

/** When the newest row's request arrived, or null where there is none. */
export const newestRowTime = (instanceFile: string): number | null =>
  firstTime(instanceFile, listDays(instanceFile), 'max(last)');

/** When the oldest row's request arrived, or null where there is none. */
export const oldestRowTime = (instanceFile: string): number | null =>
  firstTime(instanceFile, listDays(instanceFile).reverse(), 'min(first)');

function firstTime(
  instanceFile: string,
  days: readonly number[],
  of: 'max(last)' | 'min(first)',
): number | null {
  for (const day of days) {
    const time = readDay(instanceFile, day, (file) =>
      file.prepare<[], number | null>(`SELECT ${of} FROM block`).pluck().get(),
    );
    if (typeof time === 'number') return day * DAY + time;
  }
  return null;
}
