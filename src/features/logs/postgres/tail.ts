import { setTimeout as delay } from 'node:timers/promises';
import type { Term } from '../../../base/log-query/terms.ts';
import type { LogRecord } from '../record.ts';
import { decodeRecord } from '../stored-record.ts';
import { arrivalsAfter, lastArrival } from './arrivals.ts';
import { type Plan, planOf, planSql } from './plan.ts';
import type { Queries } from './queries.ts';
import { judgeOf } from './search.ts';
import { statement } from './sql.ts';

/** How often it is asked what has come, in milliseconds. */
const LOOK_EVERY = 250;
/** The rows of so many commits at once. */
const COMMITS = 20;

/** As `LogStore.tail`. */
export async function* tailRows(
  pool: Queries,
  terms: readonly Term[],
  signal: AbortSignal,
): AsyncGenerator<LogRecord[], void> {
  for (let after = await lastArrival(pool); !signal.aborted; ) {
    const arrivals = await arrivalsAfter(pool, after, COMMITS);
    const last = arrivals.at(-1);
    if (last === undefined) {
      await delay(LOOK_EVERY, undefined, { signal }).catch(() => undefined);
      continue;
    }
    after = last.seq;
    // Anew each time, as a name that is looked for may only come with a row.
    const plan = await planOf(pool, terms);
    if (plan === null) continue;
    const records: LogRecord[] = [];
    for (const { day, ids } of arrivals) records.push(...(await readArrived(pool, plan, day, ids)));
    if (records.length > 0) yield records;
  }
}

/** Those of some rows of a day that a plan lets through, in the order of their ids here. */
async function readArrived(
  pool: Queries,
  plan: Plan,
  day: number,
  ids: readonly number[],
): Promise<LogRecord[]> {
  const { text, values } = statement(
    (bind) =>
      `SELECT detail FROM unnest(${bind(ids)}::bigint[]) WITH ORDINALITY AS came (row, place)
       JOIN request ON day = ${bind(day)} AND id = came.row WHERE ${planSql(plan)(bind)} ORDER BY place`,
  );
  const { rows } = await pool.query<{ detail: string }>(text, values);
  const holds = judgeOf(plan.rest);
  return rows.flatMap(({ detail }) => (holds(detail) ? [decodeRecord(detail)] : []));
}
