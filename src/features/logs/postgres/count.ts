import { DAY } from '../../../base/clock.ts';
import type { Outcome } from '../../../base/reasons.ts';
import type { FacetField } from '../contract.ts';
import type { Place } from '../cursor.ts';
import { spanOfIds } from '../id-span.ts';
import type { CountBy, Counts, Search } from '../log-store.ts';
import { ID_STEP } from '../row-ids.ts';
import { decodeRecord } from '../stored-record.ts';
import { type Plan, planOf, planSql } from './plan.ts';
import type { Queries } from './queries.ts';
import { readRows, type StoredRow, type Stretch, stretchesOf, stretchSql } from './rows.ts';
import { RunningCounts } from './running-counts.ts';
import { judgeOf } from './search.ts';
import { type Sql, statement } from './sql.ts';
import { OUTCOME_COLUMN } from './term-sql.ts';
import { type Span, spanOfRows, stepsOf } from './windows.ts';

/** What counts grow by is told so often, in milliseconds. */
const TELL_EVERY = 100;
/** Rows whose records are read at once to be judged. */
const JUDGED = 1_000;

/** As `LogStore.count`: in steps of time from the newest row back. */
export async function* countRows(
  pool: Queries,
  search: Search,
  by: CountBy,
  now: () => number,
): AsyncGenerator<Counts, void> {
  const counts = new RunningCounts(by);
  const plan = await planOf(pool, search.terms);
  const span = plan && (await spanOfRows(pool, spanOfIds(search)));
  if (plan && span) {
    let told = now();
    for (const step of stepsOf(span, 'newest', now)) {
      if (plan.rest.length === 0) await countStep(pool, plan, step, by, counts);
      else await judgeStep(pool, plan, step, counts);
      if (step[0] <= span[0] || now() - told < TELL_EVERY) continue;
      yield counts.now(step[0]);
      told = now();
    }
  }
  yield counts.now(null);
}

/** A facet's value and label as SQL has them. */
const FACETS: Record<FacetField, readonly [value: string, label: string | null]> = {
  token: ['token_id', 'token_name'],
  user: ['user_id', 'user_name'],
  endpoint: ['endpoint', null],
  method: ['method', null],
  status: ['status::text', null],
  reason: ['reason', null],
  address: ['address', null],
};

interface CountRow {
  bar: number;
  outcome: Outcome;
  /** Which facet it is of; null: of none, but of a bar and an outcome. */
  facet: number | null;
  value: string | null;
  label: string | null;
  count: number;
}

/** Counts one step in one look at its rows. */
async function countStep(
  pool: Queries,
  plan: Plan,
  step: Span,
  by: CountBy,
  counts: RunningCounts,
): Promise<void> {
  for (const stretch of stretchesOf(...step, { order: 'newest', after: null }).reverse()) {
    const { text, values } = statement(countSql(plan, stretch, by));
    const { rows } = await pool.query<CountRow>(text, values);
    for (const { bar, outcome, facet, value, label, count } of rows) {
      const field = facet === null ? undefined : by.facets[facet];
      if (field === undefined) counts.addToBar(bar, outcome, count);
      else counts.addToFacet(field, value, value === null ? null : label || null, count);
    }
  }
}

const countSql =
  (plan: Plan, stretch: Stretch, { bars, facets }: CountBy): Sql =>
  (bind) => {
    const time = `(day * ${DAY}::float8 + (id / ${ID_STEP}))`;
    // Below the first of them it says 0.
    const bar = bars.length === 0 ? '-1' : `width_bucket(${time}, ${bind(bars)}::float8[]) - 1`;
    const columns = facets.map((facet, at) => {
      const [value, label] = FACETS[facet];
      return `, ${value} AS v${at}, ${label ?? 'NULL'} AS l${at}`;
    });
    const ofFacet = (what: (at: number) => string, type: string): string =>
      facets.length === 0
        ? `NULL::${type}`
        : `CASE ${facets.map((_, at) => `WHEN GROUPING(v${at}) = 0 THEN ${what(at)}`).join(' ')} END`;
    return `SELECT bar, outcome, ${ofFacet(String, 'int')} AS facet, ${ofFacet((at) => `v${at}`, 'text')} AS value,
        ${ofFacet((at) => `max(l${at})`, 'text')} AS label, count(*) AS count
      FROM (
        SELECT ${bar} AS bar, ${OUTCOME_COLUMN} AS outcome ${columns.join('')}
        FROM request WHERE ${stretchSql(stretch)(bind)} AND ${planSql(plan)(bind)}
      ) counted
      GROUP BY GROUPING SETS (${['(bar, outcome)', ...facets.map((_, at) => `(v${at})`)].join(', ')})`;
  };

/** Counts one step whose records are judged themselves. */
async function judgeStep(pool: Queries, plan: Plan, step: Span, counts: RunningCounts): Promise<void> {
  const holds = judgeOf(plan.rest);
  for (let after: Place | null = null; ; ) {
    const rows: StoredRow[] = await readRows(pool, plan, step, { order: 'newest', after, limit: JUDGED });
    for (const { detail } of rows) if (holds(detail)) counts.addRecord(decodeRecord(detail));
    const last = rows.at(-1);
    if (last === undefined || rows.length < JUDGED) return;
    after = { day: last.day, id: last.id };
  }
}
