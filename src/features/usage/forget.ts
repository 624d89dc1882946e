import { DAY, HOUR, MINUTE } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { cellsBetween, type Grain, QUARTER } from './cell-id.ts';
import { rollUpBefore } from './rollup.ts';

/** What is kept for different times: roll-ups by minute, and all others, which are kept as long as those by quarter hour. */
export type Kept = 'minute' | 'quarter';

export const GRAINS_OF: Record<Kept, readonly Grain[]> = { minute: [MINUTE], quarter: [QUARTER, HOUR, DAY] };

/** One statement deletes at most so many cells, so that the writer goes on in between. */
const AT_ONCE = 5_000;

/**
 * Deletes the roll-ups of periods before `time` (Unix milliseconds, the start of a day), some at a time. What is only in
 * minutes yet is rolled up first.
 */
export function forgetBefore(file: SqliteFile, kept: Kept, time: number): void {
  if (kept === 'minute') rollUpBefore(file, time);
  const forget = file.prepare(
    `DELETE FROM rollup WHERE id IN (SELECT id FROM rollup WHERE id >= ? AND id < ? LIMIT ${AT_ONCE})`,
  );
  for (const grain of GRAINS_OF[kept]) while (forget.run(...cellsBetween(grain, 0, time)).changes > 0);
  if (kept === 'quarter') file.prepare('DELETE FROM endpoint_use WHERE day < ?').run(time / DAY);
}
