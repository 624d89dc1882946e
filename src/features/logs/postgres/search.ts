import { type Clock, systemClock } from '../../../base/clock.ts';
import type { Term } from '../../../base/log-query/terms.ts';
import type { Place } from '../cursor.ts';
import { spanOfIds } from '../id-span.ts';
import { lineMatcher } from '../line-match.ts';
import type { Found, Page, Search } from '../log-store.ts';
import { matcher } from '../matches.ts';
import { dayOf, idAt, timeOfRow } from '../row-ids.ts';
import { decodeRecord } from '../stored-record.ts';
import { type Plan, planOf } from './plan.ts';
import type { Queries } from './queries.ts';
import { readRows, type StoredRow } from './rows.ts';
import { partsOf, type Span, spanOfRows, stepsOf } from './windows.ts';

/** A page of rows as they are stored. */
export interface FoundRows extends Pick<Found, 'next' | 'searchedTo'> {
  readonly rows: StoredRow[];
}

const NOTHING: FoundRows = { rows: [], next: null, searchedTo: null };

/** Up to so many walks, all days are planned at once. */
const FEW_WALKS = 2;

/** Rows whose records are read at once to be judged: some milliseconds. */
const JUDGED = 500;

/**
 * As `LogStore.search`. What indexes answer is read at once; else the log is gone through in steps of time, and where a
 * term is decided by the records themselves, some hundred rows of a step at a time.
 */
export async function searchRows(
  pool: Queries,
  search: Search,
  page: Page,
  budgetMs: number,
  clock: Pick<Clock, 'monotonic'> = systemClock,
): Promise<FoundRows> {
  const plan = await planOf(pool, search.terms);
  if (plan === null) return NOTHING;
  const span = spanOfIds(search);
  if (plan.quick && plan.walks.length <= FEW_WALKS)
    return foundIn(await readRows(pool, plan, span, { ...page, limit: page.limit + 1 }), page);
  const whole = await spanOfRows(pool, behind(span, page));
  if (whole === null) return NOTHING;
  if (plan.quick) return foundIn(await readParts(pool, plan, whole, page), page);
  const until = clock.monotonic() + budgetMs;
  const rows: StoredRow[] = [];
  for (const step of stepsOf(whole, page.order, () => clock.monotonic())) {
    const through = await searchStep(pool, plan, step, page, rows, () => clock.monotonic() >= until);
    if (rows.length > page.limit) return foundIn(rows, page);
    if (through !== null) return { rows, next: through, searchedTo: timeOfRow(through.day, through.id) };
    const edge = page.order === 'newest' ? step[0] : step[1];
    const isLast = page.order === 'newest' ? edge <= whole[0] : edge >= whole[1];
    if (!isLast && clock.monotonic() >= until)
      return { rows, next: placeAt(edge, page.order), searchedTo: edge };
  }
  return { rows, next: null, searchedTo: null };
}

/** The rows of a page, and one more, of a plan with many walks. */
async function readParts(pool: Queries, plan: Plan, whole: Span, page: Page): Promise<StoredRow[]> {
  const rows: StoredRow[] = [];
  for (const part of partsOf(whole, page.order)) {
    rows.push(...(await readRows(pool, plan, part, { ...page, limit: page.limit + 1 - rows.length })));
    if (rows.length > page.limit) break;
  }
  return rows;
}

/**
 * Adds the rows of one step, one more than the page has at most.
 * @returns where it stopped as the time ran out, or null: it is through, or has enough
 */
async function searchStep(
  pool: Queries,
  plan: Plan,
  step: Span,
  page: Page,
  rows: StoredRow[],
  isOver: () => boolean,
): Promise<Place | null> {
  const holds = judgeOf(plan.rest);
  const judged = plan.rest.length > 0;
  for (let after = page.after; ; ) {
    const limit = judged ? JUDGED : page.limit + 1 - rows.length;
    const read = await readRows(pool, plan, step, { order: page.order, after, limit });
    for (const row of read) {
      if (judged && !holds(row.detail)) continue;
      rows.push(row);
      if (rows.length > page.limit) return null;
    }
    const last = read.at(-1);
    if (!judged || last === undefined || read.length < limit) return null;
    after = { day: last.day, id: last.id };
    if (isOver()) return after;
  }
}

/** What terms that no column decides say of a row, by the JSON of its record. */
export function judgeOf(terms: readonly Term[]): (json: string) => boolean {
  const [mayHold, holds] = [lineMatcher(terms), matcher(terms)];
  return (json) => mayHold(json) && holds(decodeRecord(json));
}

/** A page of rows, of which one more than its limit was looked for. */
function foundIn(rows: StoredRow[], { limit }: Page): FoundRows {
  const last = rows[limit - 1];
  if (rows.length <= limit || last === undefined) return { rows, next: null, searchedTo: null };
  const next = { day: last.day, id: last.id };
  return { rows: rows.slice(0, limit), next, searchedTo: timeOfRow(last.day, last.id) };
}

/** What is left of a span behind where a page ended. */
const behind = ([from, to]: Span, { order, after }: Page): Span => {
  if (after === null) return [from, to];
  const at = timeOfRow(after.day, after.id);
  return order === 'newest' ? [from, Math.min(to, at + 1)] : [Math.max(from, at), to];
};

/** The place between what is before an instant and what is from there on. */
function placeAt(time: number, order: Page['order']): Place {
  if (order === 'newest') return { day: dayOf(time), id: idAt(dayOf(time), time) };
  const day = dayOf(time - 1);
  return { day, id: idAt(day, time) - 1 };
}
