import { OUTCOMES, type Outcome, outcomeOf } from '../../../base/reasons.ts';
import type { FacetField } from '../contract.ts';
import type { CountBy, Counts } from '../log-store.ts';
import type { LogRecord } from '../record.ts';

const zero = (): Record<Outcome, number> =>
  Object.fromEntries(OUTCOMES.map((one) => [one, 0])) as Record<Outcome, number>;

/** A record's value of a facet, and the name of it. */
const FACETS: Record<FacetField, (record: LogRecord) => readonly [string | null, string | null]> = {
  token: ({ tokenId, tokenName }) => [tokenId, tokenId && tokenName],
  user: ({ userId, userName }) => [userId, userId && userName],
  endpoint: ({ endpoint }) => [endpoint, null],
  method: ({ method }) => [method, null],
  status: ({ status }) => [String(status), null],
  reason: ({ reason }) => [reason, null],
  address: ({ address }) => [address, null],
};

/** Counts that grow. */
export class RunningCounts {
  readonly #starts: readonly number[];
  readonly #bars: Record<Outcome, number>[];
  readonly #byOutcome = zero();
  readonly #facets: Map<FacetField, Map<string | null, { count: number; label: string | null }>>;
  #total = 0;

  constructor({ bars, facets }: CountBy) {
    this.#starts = bars;
    this.#bars = Array.from({ length: Math.max(0, bars.length - 1) }, zero);
    this.#facets = new Map(facets.map((field) => [field, new Map()]));
  }

  /** @param bar its number; of rows outside all bars, one that there is not */
  addToBar(bar: number, outcome: Outcome, count: number): void {
    this.#total += count;
    this.#byOutcome[outcome] += count;
    const counts = this.#bars[bar];
    if (counts !== undefined) counts[outcome] += count;
  }

  /** A label that is newer than others is to come first. */
  addToFacet(field: FacetField, value: string | null, label: string | null, count: number): void {
    const values = this.#facets.get(field);
    const known = values?.get(value);
    if (known) known.count += count;
    else values?.set(value, { count, label });
  }

  addRecord(record: LogRecord): void {
    const bar = this.#starts.findLastIndex((start) => start <= record.time);
    this.addToBar(bar, outcomeOf(record.status), 1);
    for (const field of this.#facets.keys()) this.addToFacet(field, ...FACETS[field](record), 1);
  }

  /** What is counted so far. */
  now(countedTo: number | null): Counts {
    return {
      total: this.#total,
      byOutcome: { ...this.#byOutcome },
      bars: this.#bars.map((bar) => ({ ...bar })),
      facets: new Map(
        [...this.#facets].map(([field, values]) => [
          field,
          new Map([...values].map(([value, one]) => [value, { ...one }])),
        ]),
      ),
      countedTo,
    };
  }
}
