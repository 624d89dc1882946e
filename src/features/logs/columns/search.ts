import type { Place } from '../cursor.ts';
import type { Page, Search } from '../log-store.ts';
import { timeOfRow } from '../row-ids.ts';
import type { DayColumns } from './day.ts';
import type { FoundRow } from './match.ts';
import { ColumnSearch } from './narrow.ts';
import { DayWalk } from './walk.ts';

/** Where the records of rows are read. */
export interface RecordSource {
  /**
   * Those of the rows whose records `search.decide` lets through. What cannot be read any more, as retention took it
   * meanwhile, is left out.
   */
  filter(rows: readonly FoundRow[], search: ColumnSearch): FoundRow[];
}

/** How long a search may go on. */
export interface Budget {
  isSpent(): boolean;
  /** Lets others of this thread have their turn, now and then. */
  giveWay(): Promise<void>;
}

export interface FoundRows {
  readonly rows: FoundRow[];
  readonly next: Place | null;
  readonly searchedTo: number | null;
}

/**
 * A page of rows.
 * @param days in the order of the page; one that it may begin in or after, each is looked at only when it is its turn
 */
export async function searchDays(
  days: Iterable<DayColumns>,
  search: Search,
  page: Page,
  source: RecordSource,
  budget: Budget,
): Promise<FoundRows> {
  const columnSearch = new ColumnSearch(search);
  const rows: FoundRow[] = [];
  let isFirstDay = true;
  for (const day of days) {
    if (isBefore(day.day, page)) continue;
    const narrowed = columnSearch.narrow(day);
    if (narrowed === null) continue;
    // One more than the page has says whether anything follows.
    const walk = new DayWalk(day, narrowed, page, page.limit + 1 - rows.length);
    while (!walk.isDone) {
      const found = walk.nextRows(columnSearch.decide === null);
      walk.take(columnSearch.decide === null ? found : source.filter(found, columnSearch));
      await budget.giveWay();
      if (walk.isDone || !budget.isSpent() || (isFirstDay && !walk.hasComeOn)) continue;
      rows.push(...walk.rows());
      return { rows, next: walk.reached, searchedTo: timeOfRow(day.day, walk.reached.id) };
    }
    rows.push(...walk.rows());
    if (rows.length > page.limit) break;
    isFirstDay = false;
  }
  if (rows.length <= page.limit) return { rows, next: null, searchedTo: null };
  rows.length = page.limit;
  const { day, id, segment } = rows[page.limit - 1] as FoundRow;
  return { rows, next: { day, id, segment }, searchedTo: timeOfRow(day, id) };
}

/** Whether the page begins after this day. */
const isBefore = (day: number, { order, after }: Page): boolean =>
  after !== null && (order === 'newest' ? day > after.day : day < after.day);
