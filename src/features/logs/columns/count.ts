import { DAY } from '../../../base/clock.ts';
import { OUTCOMES, type Outcome } from '../../../base/reasons.ts';
import type { FacetField } from '../contract.ts';
import type { CountBy, Counts, Search } from '../log-store.ts';
import type { Summary } from './block.ts';
import type { DayColumns } from './day.ts';
import type { KnownGroup } from './group.ts';
import { matchesOf, placesOf } from './match.ts';
import { ColumnSearch, mayHave, type Narrowed } from './narrow.ts';
import type { RecordSource } from './search.ts';
import { spansOf } from './spans.ts';

/** When counts are given before all are counted: whether it is time, and others of the thread are let in. */
export interface Pace {
  isDue(): boolean;
  giveWay(): Promise<void>;
}

/** Numbers of each outcome, in the order of OUTCOMES. */
type OutcomeCounts = number[];

/**
 * Counts the rows of a search, from the newest day back. What a block's summary has decides without its rows, where the
 * search asks for nothing else and the block, or a span of them, lies within one bar.
 * @param days newest first
 */
export async function* countDays(
  days: Iterable<DayColumns>,
  search: Search,
  by: CountBy,
  source: RecordSource,
  pace: Pace,
): AsyncGenerator<Counts, void> {
  const columnSearch = new ColumnSearch(search);
  const totals = new Totals(by);
  for (const day of days) {
    const narrowed = columnSearch.narrow(day);
    if (narrowed === null) continue;
    const count = new DayCount(day, narrowed, totals, by);
    const summariesDo = (part: Summary) => columnSearch.decide === null && count.canAdd(part);
    const parts = spansOf(day.blocks)
      .filter(({ summary }) => mayHave(summary, narrowed))
      .flatMap(({ summary, blocks }) =>
        summariesDo(summary) ? [summary] : blocks.filter((block) => mayHave(block, narrowed)),
      )
      .sort((a, b) => b.last - a.last);
    for (const [index, part] of parts.entries()) {
      if (summariesDo(part)) count.addSummary(part);
      else if (columnSearch.decide === null) count.addRows(part);
      else count.addDecided(part, columnSearch, source);
      await pace.giveWay();
      if (!pace.isDue()) continue;
      count.finish();
      const next = parts[index + 1];
      yield totals.counts(day.day * DAY + (next === undefined ? 0 : next.last + 1));
    }
    count.finish();
  }
  yield totals.counts(null);
}

/** What was counted in all days so far. */
class Totals {
  readonly bars: OutcomeCounts[];
  readonly #by: CountBy;
  /** By a group's ordinal: a sum for each facet is only made of them when counts are given. */
  readonly #byOrdinal: GroupCount[] = [];
  /** The same, those of the newest day first. */
  readonly #groups: GroupCount[] = [];
  readonly #addresses = new Map<string, number>();

  constructor(by: CountBy) {
    this.#by = by;
    this.bars = Array.from({ length: by.bars.length - 1 }, () => OUTCOMES.map(() => 0));
  }

  addGroup(group: KnownGroup, count: number): void {
    const known = this.#byOrdinal[group.ordinal];
    if (known !== undefined) {
      known.count += count;
      return;
    }
    const first = { group, count };
    this.#byOrdinal[group.ordinal] = first;
    this.#groups.push(first);
  }

  addAddress(address: string, count: number): void {
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + count);
  }

  counts(countedTo: number | null): Counts {
    const bars = this.bars.map(named);
    const byOutcome = named(
      OUTCOMES.map((_, outcome) => this.bars.reduce((sum, bar) => sum + (bar[outcome] as number), 0)),
    );
    const total = Object.values(byOutcome).reduce((sum, count) => sum + count, 0);
    const facets = new Map(this.#by.facets.map((field) => [field, this.#facet(field)]));
    return { total, byOutcome, bars, facets, countedTo };
  }

  #facet(field: FacetField): Map<string | null, FacetCount> {
    const values = new Map<string | null, FacetCount>();
    if (field === 'address') {
      for (const [address, count] of this.#addresses) values.set(address, { count, label: null });
      return values;
    }
    const { textOf, labelOf } = FACETS[field];
    for (const { group, count } of this.#groups) {
      const value = textOf(group);
      const known = values.get(value);
      // The label that is known first, which is the newest, stands.
      if (known === undefined) values.set(value, { count, label: labelOf(group) });
      else known.count += count;
    }
    return values;
  }
}

interface FacetCount {
  count: number;
  readonly label: string | null;
}

interface GroupCount {
  readonly group: KnownGroup;
  count: number;
}

interface FacetOf {
  textOf(group: KnownGroup): string | null;
  /** A name for it. */
  labelOf(group: KnownGroup): string | null;
}

const unnamed = () => null;
const FACETS: Readonly<Record<Exclude<FacetField, 'address'>, FacetOf>> = {
  token: { textOf: ({ tokenId }) => tokenId, labelOf: ({ tokenName }) => tokenName },
  user: { textOf: ({ userId, userName }) => userId ?? userName, labelOf: ({ userName }) => userName },
  endpoint: { textOf: ({ endpoint }) => endpoint, labelOf: unnamed },
  method: { textOf: ({ method }) => method, labelOf: unnamed },
  status: { textOf: ({ status }) => String(status), labelOf: unnamed },
  reason: { textOf: ({ reason }) => reason, labelOf: unnamed },
};

const named = (counts: OutcomeCounts): Record<Outcome, number> =>
  Object.fromEntries(OUTCOMES.map((outcome, at) => [outcome, counts[at] as number])) as Record<
    Outcome,
    number
  >;

/** The outcome of each of a day's groups; of those that it had when it was asked last, as it was then. */
const knownOutcomes = new WeakMap<readonly KnownGroup[], Uint8Array>();

function outcomesOf(groups: readonly KnownGroup[]): Uint8Array {
  const known = knownOutcomes.get(groups);
  if (known?.length === groups.length) return known;
  const outcomes = new Uint8Array(groups.length);
  for (let at = 0; at < groups.length; at++) outcomes[at] = groups[at]?.outcome ?? 0;
  knownOutcomes.set(groups, outcomes);
  return outcomes;
}

/** What is counted of one day, by group and by address, before it goes into the totals. */
class DayCount {
  readonly #day: DayColumns;
  readonly #narrowed: Narrowed;
  readonly #totals: Totals;
  readonly #wantsAddresses: boolean;
  /** The bars' limits, as milliseconds since the day began. */
  readonly #limits: readonly number[];
  readonly #outcomes: Uint8Array;
  readonly #groups: Float64Array;
  readonly #addresses: Float64Array;

  constructor(day: DayColumns, narrowed: Narrowed, totals: Totals, by: CountBy) {
    this.#day = day;
    this.#narrowed = narrowed;
    this.#totals = totals;
    this.#wantsAddresses = by.facets.includes('address');
    this.#limits = by.bars.map((bar) => bar - day.day * DAY);
    this.#outcomes = outcomesOf(day.groups);
    this.#groups = new Float64Array(day.groups.length);
    this.#addresses = new Float64Array(day.addresses.length);
  }

  /** Whether the summary of a block, or of a span of them, has all that is counted. */
  canAdd({ first, last }: Summary): boolean {
    const { from, to, groups, addresses, duration } = this.#narrowed;
    const addressesKnown = !this.#wantsAddresses || groups === null;
    if (!addressesKnown || addresses !== null || duration !== null) return false;
    return first >= from && last < to && this.#barOf(first) === this.#barOf(last);
  }

  /** Counts the rows of a block, or of a span, by its summary. */
  addSummary(block: Summary): void {
    const { groups } = this.#narrowed;
    const counts = this.#totals.bars[this.#barOf(block.first)];
    for (let at = 0; at < block.groups.length; at++) {
      const group = block.groups[at] as number;
      if (groups === null || groups[group] === 1) this.#add(group, counts, block.groupCounts[at] as number);
    }
    if (this.#wantsAddresses) {
      for (let at = 0; at < block.addresses.length; at++)
        this.#addAddress(block.addresses[at] as number, block.addressCounts[at] as number);
    }
  }

  /** Counts the rows of a block one by one. */
  addRows(block: Summary): void {
    this.#addEach(block, matchesOf(this.#day, block, this.#narrowed));
  }

  /** Counts those rows of a block whose records are let through. */
  addDecided(block: Summary, search: ColumnSearch, source: RecordSource): void {
    const rows = placesOf(this.#day, block, matchesOf(this.#day, block, this.#narrowed));
    this.#addEach(
      block,
      source.filter(rows, search).map(({ at }) => at),
    );
  }

  /** Gives what was counted since to the totals. */
  finish(): void {
    for (let group = 0; group < this.#groups.length; group++) {
      const count = this.#groups[group] as number;
      if (count > 0) this.#totals.addGroup(this.#day.groups[group] as KnownGroup, count);
    }
    if (this.#wantsAddresses) {
      for (let address = 0; address < this.#addresses.length; address++) {
        const count = this.#addresses[address] as number;
        if (count > 0) this.#totals.addAddress(this.#day.addresses[address] as string, count);
      }
    }
    this.#groups.fill(0);
    this.#addresses.fill(0);
  }

  #addEach(block: Summary, rows: readonly number[]): void {
    const { times, groups, addresses } = this.#day.columns(block);
    let bar = -1;
    for (const at of rows) {
      const time = times[at] as number;
      if (bar === -1 || time < (this.#limits[bar] as number) || time >= (this.#limits[bar + 1] as number))
        bar = this.#barOf(time);
      this.#add(groups[at] as number, this.#totals.bars[bar], 1);
      if (this.#wantsAddresses) this.#addAddress(addresses[at] as number, 1);
    }
  }

  #add(group: number, bar: OutcomeCounts | undefined, count: number): void {
    this.#groups[group] = (this.#groups[group] as number) + count;
    if (bar === undefined) return;
    const outcome = this.#outcomes[group] as number;
    bar[outcome] = (bar[outcome] as number) + count;
  }

  #addAddress(address: number, count: number): void {
    this.#addresses[address] = (this.#addresses[address] as number) + count;
  }

  /** The bar that a time lies in: the last that begins at it or before. */
  #barOf(time: number): number {
    let [low, high] = [0, this.#limits.length - 1];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((this.#limits[middle] as number) <= time) low = middle;
      else high = middle;
    }
    return low;
  }
}
