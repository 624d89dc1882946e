import { OUTCOMES, type Outcome, outcomeOf } from '../../base/reasons.ts';
import type { TakeBin } from './cell.ts';
import { readVolume } from './cell.ts';
import { DurationSketch, type Percentiles } from './sketch.ts';

const noOutcomes = (): Record<Outcome, number> =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<Outcome, number>;

/** Counts and durations that belong together. */
export class Tally {
  count = 0;
  readonly byOutcome = noOutcomes();
  #durationUs = 0;
  readonly #sketch = new DurationSketch();

  /** Adds the volume of a cell. */
  addVolume(volume: Uint8Array): void {
    const { counts, durationUs } = readVolume(volume, this.#sketch.add);
    for (const [at, count] of counts.entries()) this.#add(OUTCOMES[at] as Outcome, count);
    this.#durationUs += durationUs;
  }

  /** Adds requests of a status. @returns what takes the bins of their durations */
  addSums(status: number, count: number, durationUs: number): TakeBin {
    this.#add(outcomeOf(status), count);
    this.#durationUs += durationUs;
    return this.#sketch.add;
  }

  merge(other: Tally): void {
    for (const outcome of OUTCOMES) this.#add(outcome, other.byOutcome[outcome]);
    this.#durationUs += other.#durationUs;
    this.#sketch.merge(other.#sketch);
  }

  #add(outcome: Outcome, count: number): void {
    this.count += count;
    this.byOutcome[outcome] += count;
  }

  get averageMs(): number | null {
    return this.count === 0 ? null : this.#durationUs / this.count / 1_000;
  }

  get percentiles(): Percentiles {
    return this.#sketch.percentiles(this.count);
  }
}
