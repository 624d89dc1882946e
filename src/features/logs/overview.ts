import type { Clock } from '../../base/clock.ts';
import { Fault } from '../../base/faults.ts';
import { isTimeZone, wallClockSteps } from '../../base/wall-clock.ts';
import { barLength } from './bar-length.ts';
import type { FacetField, LogFilter, LogOverview } from './contract.ts';
import type { Counts, LogStore, Search } from './log-store.ts';
import { searchOf } from './search-of.ts';

interface Asked {
  readonly filter: LogFilter;
  /** About how many. */
  readonly bars: number;
  readonly zone: string;
  readonly facets: readonly FacetField[];
  readonly top: number;
}

type ReadLog = Pick<LogStore, 'bringIn' | 'count' | 'oldestRow' | 'newestRow'>;

/**
 * The counts of a filter's rows: first what is quick, then as they grow. The last is complete. What is wrong with what is
 * asked is refused at once.
 */
export function overviewOf(
  log: ReadLog,
  asked: Asked,
  clock: Clock,
): () => AsyncGenerator<LogOverview, void> {
  const { filter, zone, facets } = asked;
  if (!isTimeZone(zone))
    throw new Fault('filter.invalid', { field: 'zone', detail: `there is no time zone "${zone}"` });
  const unbounded = searchOf(filter);
  return async function* () {
    await log.bringIn();
    const search = await bounded(log, unbounded, clock.now());
    const { from, to } = search;
    if (from >= to) {
      yield shownCounts(asked, search, [], NONE);
      return;
    }
    const bars = wallClockSteps(from, to, barLength(to - from, asked.bars), zone);
    for await (const counts of log.count(search, { bars, facets }))
      yield shownCounts(asked, search, bars, counts);
  };
}

/** The latest instant that a date can be. */
const LAST = 8.64e15;

/** Of a search without bounds those that the log has: from its oldest row to now, or to what a clock ahead has written. */
async function bounded(log: ReadLog, search: Search, now: number): Promise<Search> {
  const to = Number.isFinite(search.to)
    ? search.to
    : Math.min(Math.max(now, (await log.newestRow()) ?? 0) + 1, LAST);
  const from = Number.isFinite(search.from) ? search.from : ((await log.oldestRow()) ?? to);
  return { ...search, from: Math.min(from, to), to };
}

const NONE: Counts = {
  total: 0,
  byOutcome: { admitted: 0, clientError: 0, limited: 0, denied: 0, serverError: 0 },
  bars: [],
  facets: new Map(),
  countedTo: null,
};

const shownCounts = (
  { facets, top }: Asked,
  { from, to }: Search,
  parts: readonly number[],
  counts: Counts,
): LogOverview => ({
  from: new Date(from),
  to: new Date(to),
  total: counts.total,
  byOutcome: { ...counts.byOutcome },
  bars: counts.bars.map((byOutcome, bar) => ({
    start: new Date(parts[bar] as number),
    end: new Date(parts[bar + 1] as number),
    byOutcome: { ...byOutcome },
  })),
  facets: facets.map((field) => ({ field, ...topOf(counts.facets.get(field) ?? new Map(), top) })),
  complete: counts.countedTo === null,
  countedTo: new Date(counts.countedTo ?? from),
});

/** The values with most rows, in a settled order, and how many rows have any other. */
function topOf(
  values: ReadonlyMap<string | null, { count: number; label: string | null }>,
  top: number,
): Omit<LogOverview['facets'][number], 'field'> {
  const sorted = [...values]
    .map(([value, { count, label }]) => ({ value, label, count }))
    .sort((a, b) => b.count - a.count || ((a.value ?? '') < (b.value ?? '') ? -1 : 1));
  const others = sorted.slice(top).reduce((sum, { count }) => sum + count, 0);
  return { values: sorted.slice(0, top), others };
}
