import { DAY, MINUTE } from '../../../base/clock.ts';
import type { UsageSummary } from '../../usage/contract.ts';
import { rangeBefore, type UsageSeries } from '../../usage/grain.ts';
import { shownEndpoints, shownReasons, shownTotals } from '../../usage/shown.ts';
import { binOf, RELATIVE_ERROR } from '../../usage/sketch.ts';
import { Tally } from '../../usage/tally.ts';
import type { KnownGroup } from '../columns/group.ts';
import { matchesOf, placesOf } from '../columns/match.ts';
import { ColumnSearch, mayHave } from '../columns/narrow.ts';
import type { RecordSource } from '../columns/search.ts';
import type { Search } from '../log-store.ts';
import type { FileReview } from './file-review.ts';
import { givingWay } from './giving-way.ts';
import { FileRecords } from './record-source.ts';
import type { ReviewIndex } from './review-index.ts';

/** Endpoints that are summed up one by one; those with fewest requests are one beyond that. */
const MOST_ENDPOINTS = 500;
const OTHER_ENDPOINTS = '(other endpoints)';

/** What a walk through rows gives of one. */
type TakeRow = (time: number, group: KnownGroup, durationMs: number) => void;

interface Source {
  readonly index: ReviewIndex;
  readonly records: RecordSource;
  giveWay(): Promise<void>;
}

interface Reviewed {
  readonly index: ReviewIndex;
  readonly files: readonly (FileReview | null)[];
}

/**
 * The usage of the rows of files, summed up from the rows themselves: there are no roll-ups.
 * @param terms of the rows that are meant
 * @param compare also with the range before
 */
export async function usageOfRows(
  { index, files }: Reviewed,
  terms: Search['terms'],
  series: UsageSeries,
  compare: boolean,
): Promise<UsageSummary> {
  const needsIds = terms.some(({ field }) => field === 'id');
  const source: Source = { index, records: new FileRecords(files, needsIds), giveWay: givingWay() };
  const { from, to } = series;
  const kinds = new Kinds();
  await eachRow(source, { from, to, terms }, (_, group) => kinds.count(group));
  kinds.choose();
  return {
    ...(await totalsOf(source, terms, series, (group, durationUs) => kinds.add(group, durationUs))),
    byReason: kinds.reasons,
    byEndpoint: kinds.endpoints,
    grainMinutes: series.grain / MINUTE,
    zone: series.zone,
    seriesMinutes: series.seriesMinutes,
    percentileError: RELATIVE_ERROR,
    previous: compare ? await totalsOf(source, terms, rangeBefore(series), () => undefined) : null,
  };
}

async function totalsOf(
  source: Source,
  terms: Search['terms'],
  series: UsageSeries,
  also: (group: KnownGroup, durationUs: number) => void,
): Promise<NonNullable<UsageSummary['previous']>> {
  const { from, to, points } = series;
  const tallies = points.slice(1).map(() => new Tally());
  let point = 0;
  await eachRow(source, { from, to, terms }, (time, group, durationMs) => {
    // Rows that follow each other are mostly of the same point.
    if (time < (points[point] as number) || time >= (points[point + 1] as number))
      point = pointOf(points, time);
    const durationUs = Math.round(durationMs * 1_000);
    tallies[point]?.addSums(group.status, 1, durationUs)(binOf(durationUs), 1);
    also(group, durationUs);
  });
  return shownTotals(series, tallies);
}

/** The point that a time within them lies in. */
function pointOf(points: readonly number[], time: number): number {
  let [low, high] = [0, points.length - 1];
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if ((points[middle] as number) <= time) low = middle;
    else high = middle;
  }
  return low;
}

async function eachRow({ index, records, giveWay }: Source, search: Search, take: TakeRow): Promise<void> {
  const columnSearch = new ColumnSearch(search);
  for (const day of index.days('oldest')) {
    const narrowed = columnSearch.narrow(day);
    if (narrowed === null) continue;
    const start = day.day * DAY;
    for (const block of day.blocks) {
      if (!mayHave(block, narrowed)) continue;
      const { times, groups, durations } = day.columns(block);
      let rows = matchesOf(day, block, narrowed);
      if (columnSearch.decide !== null)
        rows = records.filter(placesOf(day, block, rows), columnSearch).map(({ at }) => at);
      for (const at of rows)
        take(
          start + (times[at] as number),
          day.groups[groups[at] as number] as KnownGroup,
          durations[at] as number,
        );
      await giveWay();
    }
  }
}

/** What requests were for, and why they failed. */
class Kinds {
  /** By a group's ordinal, as the same group is there once a row. */
  readonly #counts = new Map<KnownGroup, number>();
  readonly #tallies = new Map<string, Tally>();

  count(group: KnownGroup): void {
    this.#counts.set(group, (this.#counts.get(group) ?? 0) + 1);
  }

  /** Decides which endpoints are summed up one by one: a file may have any number of them. */
  choose(): void {
    const counts = new Map<string, number>();
    for (const [{ endpoint }, count] of this.#counts)
      counts.set(endpoint ?? '', (counts.get(endpoint ?? '') ?? 0) + count);
    const most = [...counts].sort(([, a], [, b]) => b - a).slice(0, MOST_ENDPOINTS);
    for (const [endpoint] of most) this.#tallies.set(endpoint, new Tally());
    if (counts.size > most.length) this.#tallies.set(OTHER_ENDPOINTS, new Tally());
  }

  add({ endpoint, status }: KnownGroup, durationUs: number): void {
    const tally = this.#tallies.get(endpoint ?? '') ?? this.#tallies.get(OTHER_ENDPOINTS);
    tally?.addSums(status, 1, durationUs)(binOf(durationUs), 1);
  }

  get endpoints(): UsageSummary['byEndpoint'] {
    return shownEndpoints(this.#tallies);
  }

  get reasons(): UsageSummary['byReason'] {
    const found = new Map<string, UsageSummary['byReason'][number]>();
    for (const [{ reason, status }, count] of this.#counts) {
      const key = `${reason} ${status}`;
      found.set(key, { reason: reason ?? '', status, count: (found.get(key)?.count ?? 0) + count });
    }
    return shownReasons([...found.values()]);
  }
}
