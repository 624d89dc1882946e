import { whatIsDamaged } from '../../db/integrity.ts';
import { dayPath, listDays, readDay } from '../../features/logs/day-file.ts';
import { dayName } from '../../features/logs/row-ids.ts';
import { type Finding, fail, messageOf, ok } from '../check.ts';

/**
 * Every day of the log can be opened and read at both ends; with `whole`, every page of it is read, which takes long
 * where there are many rows.
 */
export function checkDays(instanceFile: string, whole: boolean): Finding {
  const days = listDays(instanceFile);
  const broken: string[] = [];
  for (const day of days) {
    const damage = whole ? whatIsDamaged(dayPath(instanceFile, day)) : whyUnreadable(instanceFile, day);
    if (damage !== null) broken.push(`${dayName(day)} (${damage})`);
  }
  if (broken.length > 0)
    return fail(
      `Days of the log that cannot be read: ${broken.join(', ')}.`,
      'Take those files from a backup, or move them away: the other days and the roll-ups go on without them.',
    );
  return ok(`${days.length} days of the log, ${whole ? 'each whole' : 'each readable'}.`);
}

function whyUnreadable(instanceFile: string, day: number): string | null {
  try {
    readDay(instanceFile, day, (file) => {
      for (const end of ['ASC', 'DESC'])
        file.prepare(`SELECT * FROM request ORDER BY id ${end} LIMIT 1`).get();
    });
    return null;
  } catch (thrown) {
    return messageOf(thrown);
  }
}
