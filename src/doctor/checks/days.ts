import { whatIsDamaged } from '../../db/integrity.ts';
import { readColumns, readSummaries } from '../../features/logs/day-blocks.ts';
import { dayPath, listDays, readDay } from '../../features/logs/day-file.ts';
import { dayName } from '../../features/logs/row-ids.ts';
import { missingSegments, unreadableRecords } from '../../features/logs/whole-day.ts';
import { type Finding, fail, messageOf, ok } from '../check.ts';

/**
 * Every day of the log can be opened, and the segments that have its records are there; with `whole`, every page of it and
 * every record is read, which takes long where there are many rows.
 */
export function checkDays(instanceFile: string, whole: boolean): Finding {
  const days = listDays(instanceFile);
  const broken: string[] = [];
  for (const day of days) {
    const damage =
      (whole ? whatIsDamaged(dayPath(instanceFile, day)) : null) ?? whyUnreadable(instanceFile, day, whole);
    if (damage !== null) broken.push(`${dayName(day)} (${damage})`);
  }
  if (broken.length > 0)
    return fail(
      `Days of the log that cannot be read: ${broken.join(', ')}.`,
      'Take those files from a backup, or move them away: the other days and the roll-ups go on without them.',
    );
  return ok(`${days.length} days of the log, ${whole ? 'each whole' : 'each readable'}.`);
}

function whyUnreadable(instanceFile: string, day: number, whole: boolean): string | null {
  try {
    return readDay(instanceFile, day, (file) => {
      for (const { id } of readSummaries(file, 0).filter((_, at, all) => at === 0 || at === all.length - 1))
        readColumns(file, id);
      const missing = missingSegments(instanceFile, file);
      if (missing.length > 0) return `${missing.length} files of its records are missing: ${missing[0]}`;
      const lost = whole ? unreadableRecords(instanceFile, day, file) : 0;
      return lost > 0 ? `${lost} records do not match their checksums` : null;
    });
  } catch (thrown) {
    return messageOf(thrown);
  }
}
