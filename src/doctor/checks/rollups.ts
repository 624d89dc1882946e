import { DAY } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { readNow } from '../../db/reads.ts';
import { countLines } from '../../features/backup/held-segments.ts';
import { type Snapshot, takeSnapshot } from '../../features/backup/snapshot.ts';
import { readPosition } from '../../features/logs/position.ts';
import { dayFromName, dayName } from '../../features/logs/row-ids.ts';
import { START } from '../../features/logs/segments.ts';
import { countRequests } from '../../features/usage/store.ts';
import { type Finding, fail, ok } from '../check.ts';

/** So many of the newest days are counted: all would take as long as reading the log. */
const DAYS = 3;

/**
 * The roll-ups count as many requests as there are rows, day by day. Rows are committed first, so between two commits,
 * or after a kill, there may be more of them: as many as lines that wait.
 */
export function checkRollups(instanceFile: string): Finding {
  const snapshot = takeSnapshot(instanceFile);
  try {
    return compare(snapshot);
  } finally {
    snapshot.close();
  }
}

function compare({ databases, segments }: Snapshot): Finding {
  const usage = databases.find(({ name }) => name.endsWith('/usage.db'))?.file;
  const days = databases
    .map(({ name, file }) => ({ day: dayFromName(name.slice(-13, -3)), file }))
    .filter((entry): entry is { day: number; file: SqliteFile } => entry.day !== null)
    .slice(0, DAYS);
  if (days.length === 0) return ok('There are no rows yet.');
  const from = usage === undefined ? START : readPosition(usage, 'usage');
  const waiting = countLines(segments, from) + unfinished(usage);
  const apart: string[] = [];
  let [rows, ahead] = [0, 0];
  for (const { day, file } of days) {
    const found = file.prepare('SELECT coalesce(sum(rows), 0) FROM block').pluck().get() as number;
    const counted = countedOn(usage, day);
    rows += found;
    ahead += Math.max(0, found - counted);
    if (found < counted || ahead > waiting) apart.push(`${dayName(day)}: ${found} rows, ${counted} counted`);
  }
  if (apart.length > 0)
    return fail(
      `Rows and roll-ups differ (${apart.join('; ')}).`,
      'A file of the log is older than the others, or was changed. Restore a backup, where all are of one moment.',
    );
  const soon = ahead > 0 ? ` ${ahead} of them will be when the journal is brought in.` : '';
  return ok(`The roll-ups count all ${rows} rows of the newest ${days.length} days.${soon}`);
}

/** Streamed answers that may have their row already, as interrupted, and are counted next. */
const unfinished = (usage: SqliteFile | undefined): number =>
  (usage?.prepare('SELECT count(*) FROM open_answer').pluck().get() as number | undefined) ?? 0;

const countedOn = (usage: SqliteFile | undefined, day: number): number =>
  usage === undefined ? 0 : readNow(usage, countRequests(day * DAY, (day + 1) * DAY));
