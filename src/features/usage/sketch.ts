import { DDSketch } from '@datadog/sketches-js';

/** A percentile read from a sketch is at most so much off the true one, as a part of it. */
export const RELATIVE_ERROR = 0.01;

const { mapping } = new DDSketch({ relativeAccuracy: RELATIVE_ERROR });

/**
 * The bin of a sketch that counts a duration, given in whole microseconds: 0 for 0, else one more than the key that the
 * library gives it. All durations of a bin are within the error of the value that stands for it.
 */
export const binOf = (durationUs: number): number => (durationUs < 1 ? 0 : mapping.key(durationUs) + 1);

/** One more than the bin of the longest duration that is a whole number. */
const BINS = binOf(Number.MAX_SAFE_INTEGER) + 1;

/** The shortest duration that so many of a hundred requests did not exceed, in milliseconds; null: none, or not known. */
export interface Percentiles {
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/**
 * How often each duration occurred, to the error. Sketches are merged by adding their bins, in any order: the
 * percentiles of many minutes are the same as if their requests had been counted in one.
 */
export class DurationSketch {
  /** Made with the first bin: of many stretches of time most are empty. */
  #bins: Float64Array | null = null;
  /** Between these are all that were counted. */
  #lowest = BINS;
  #highest = -1;

  readonly add = (bin: number, count: number): void => {
    this.#bins ??= new Float64Array(BINS);
    (this.#bins[bin] as number) += count;
    if (bin < this.#lowest) this.#lowest = bin;
    if (bin > this.#highest) this.#highest = bin;
  };

  merge(other: DurationSketch): void {
    for (const [bin, count] of other.#counted()) this.add(bin, count);
  }

  *#counted(): Generator<[bin: number, count: number]> {
    for (let bin = this.#lowest; this.#bins !== null && bin <= this.#highest; bin++) {
      const count = this.#bins[bin] as number;
      if (count > 0) yield [bin, count];
    }
  }

  /** @param of how many requests: where the sketch has not counted them all, their percentiles are not known */
  percentiles(of: number): Percentiles {
    const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ERROR });
    for (const [bin, count] of this.#counted()) {
      sketch.count += count;
      if (bin === 0) sketch.zeroCount = count;
      else sketch.store.add(bin - 1, count);
    }
    const known = of > 0 && sketch.count === of;
    // The library's quantile is of places counted from 0; a bit beyond the place, as what it multiplies is not exact.
    const at = (percent: number) => {
      if (!known) return null;
      const place = Math.ceil((percent * of) / 100) - 1;
      return sketch.getValueAtQuantile(of === 1 ? 1 : Math.min(1, (place + 0.25) / (of - 1))) / 1_000;
    };
    return { p50Ms: at(50), p95Ms: at(95), p99Ms: at(99) };
  }
}
