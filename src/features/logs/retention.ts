import { rmSync, statSync } from 'node:fs';
import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import type { RetentionPolicy } from '../retention/contract.ts';
import { keptSince } from '../retention/kept.ts';
import { forgetBefore } from '../usage/forget.ts';
import { dayPath, listDays, readDay } from './day-file.ts';
import { keptSegmentPath, listKeptSegments } from './kept-segments.ts';

/**
 * Deletes what a policy does not keep: whole files of days, segments that no day needs, rows of roll-ups. By size the
 * oldest days go until the rest has room; what is as new as the last hour stays.
 */
export function applyRetention(
  instanceFile: string,
  usage: SqliteFile,
  policy: RetentionPolicy,
  clockNow: number,
): void {
  const { rawDay, minuteDay, rollupDay, lastHourDay } = keptSince(
    policy,
    clockNow,
    newestRowTime(instanceFile),
  );
  // Files first: that needs no room on the disk.
  for (const day of listDays(instanceFile)) if (day < rawDay) removeDay(instanceFile, day);
  removeUnneededSegments(instanceFile);
  const { maxBytes } = policy;
  for (const day of listDays(instanceFile).reverse()) {
    if (maxBytes === null || day >= lastHourDay || logBytes(instanceFile) <= maxBytes) break;
    removeDay(instanceFile, day);
    removeUnneededSegments(instanceFile);
  }
  forgetBefore(usage, 'minute', minuteDay * DAY);
  forgetBefore(usage, 'quarter', rollupDay * DAY);
  usage.prepare('DELETE FROM trial_refusal WHERE bucket < ?').run(minuteDay * DAY);
}

/** What the rows of the log take on the disk: the files of days, and the segments that are kept for them. */
export function logBytes(instanceFile: string): number {
  const paths = [
    ...listDays(instanceFile).flatMap((day) =>
      ['', '-wal'].map((suffix) => dayPath(instanceFile, day) + suffix),
    ),
    ...listKeptSegments(instanceFile).map((segment) => keptSegmentPath(instanceFile, segment)),
  ];
  return paths.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
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
