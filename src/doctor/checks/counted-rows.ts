import { DAY } from '../../base/clock.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import { dayName } from '../../features/logs/row-ids.ts';
import { type Finding, fail, ok } from '../check.ts';

/** So many of the newest days are counted: all would take as long as reading the log. */
const DAYS = 3;

/** On Postgres: the roll-ups count as many requests as there are rows, day by day; both are brought in in one step. */
export function* checkCountedRows(): Reads<Finding> {
  const [newest] = yield* rowsOf<{ day: number | null }>('SELECT max(day) AS day FROM request');
  if (newest === undefined || newest.day === null) return ok('There are no rows yet.');
  const first = newest.day - DAYS + 1;
  const rows = yield* rowsOf<{ day: number; many: number }>(
    'SELECT day, count(*) AS many FROM request WHERE day >= ? GROUP BY day ORDER BY day',
    first,
  );
  const apart: string[] = [];
  for (const { day, many } of rows) {
    const [counted] = yield* rowsOf<{ many: number | null }>(
      `SELECT sum(count) AS many FROM minute WHERE token_id = '*' AND bucket >= ? AND bucket < ?`,
      day * DAY,
      (day + 1) * DAY,
    );
    if (many !== (counted?.many ?? 0))
      apart.push(`${dayName(day)}: ${many} rows, ${counted?.many ?? 0} counted`);
  }
  if (apart.length > 0)
    return fail(
      `Rows and roll-ups differ (${apart.join('; ')}).`,
      'Somebody changed the tables, or they are of different moments. Restore a dump, where all are of one.',
    );
  const all = rows.reduce((sum, { many }) => sum + many, 0);
  return ok(`The roll-ups count all ${all} rows of the newest ${rows.length} days.`);
}
