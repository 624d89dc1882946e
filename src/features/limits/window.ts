/** A period is cut into so many sub-buckets; the partial oldest one counts as a whole, hence one more is kept. */
const PARTS = 60;
const KEPT = PARTS + 1;

/**
 * Kept sub-buckets are told apart by their number within a ring of so many, more than are ever kept. It is the low part
 * of an entry, its count is the high part, so that a sub-bucket takes one number. A power of two: `&` takes the number
 * out of any integer, negative ones too.
 */
const RING = 64;

const countOf = (entry: number): number => Math.floor(entry / RING);

/** Never written to: the first count makes an array of its own. */
const NOTHING: number[] = [];

/**
 * Counts what happened in the last `period` milliseconds, in memory that has a bound. It never counts less than an
 * exact log of that period, and never more than an exact log whose period is 1/60 longer. Times are whole
 * milliseconds of a monotonic clock.
 *
 * @example
 * const window = new SlidingWindow(10_000);
 * if (window.used(now) < 100) window.add(now, 1);
 */
export class SlidingWindow {
  /** Milliseconds; a multiple of 1000. */
  readonly period: number;
  /**
   * An entry for each sub-bucket that counts something, oldest first, at most 61. Most tokens are busy in few, and there
   * can be a million of them, so the array is replaced for a new one, and never grown: one that grew keeps room for more.
   */
  #entries = NOTHING;
  /** The newest sub-bucket that was looked at; times before it are still counted where they belong. */
  #head = Number.NEGATIVE_INFINITY;
  #total = 0;

  constructor(period: number) {
    this.period = period;
  }

  /** How many count at `now`. */
  used(now: number): number {
    this.#advance(this.#partOf(now));
    return this.#total;
  }

  /** Counts `count` more (fewer, where it is negative and was counted) at `time`, which may lie in the past; older than the window it has no effect. */
  add(time: number, count: number): void {
    const part = this.#partOf(time);
    this.#advance(part);
    if (part <= this.#head - KEPT) return;
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0 && this.#partAt(at - 1) > part) at--;
    if (at > 0 && this.#partAt(at - 1) === part) entries[at - 1] = (entries[at - 1] as number) + count * RING;
    else this.#entries = entries.toSpliced(at, 0, count * RING + (part & (RING - 1)));
    this.#total += count;
  }

  /** Milliseconds from `now` until at most `most` (0 or more) count, if nothing is added; 0 if that is so now. */
  waitUntil(most: number, now: number): number {
    let left = this.used(now);
    if (left <= most) return 0;
    for (const [at, entry] of this.#entries.entries()) {
      left -= countOf(entry);
      if (left <= most) return this.#startOf(this.#partAt(at) + KEPT) - now;
    }
    return 0;
  }

  /** What counts at `now`, oldest first: each sub-bucket that is not empty, with its first and last millisecond. */
  parts(now: number): { first: number; last: number; count: number }[] {
    this.used(now);
    return this.#entries.map((entry, at) => {
      const part = this.#partAt(at);
      const last = Math.min(now, this.#startOf(part + 1) - 1);
      return { first: this.#startOf(part), last, count: countOf(entry) };
    });
  }

  /** The sub-buckets at `now`, oldest first, empty ones too: each from `from` to before `to`, the newest one open. */
  stretches(now: number): { from: number; to: number }[] {
    const newest = this.#partOf(now);
    return Array.from({ length: KEPT }, (_, n) => {
      const part = newest - PARTS + n;
      return {
        from: this.#startOf(part),
        to: part === newest ? Number.POSITIVE_INFINITY : this.#startOf(part + 1),
      };
    });
  }

  /** The first millisecond that is known in detail at `now`. */
  since(now: number): number {
    return this.#startOf(this.#partOf(now) - PARTS);
  }

  /** The number of the sub-bucket that the entry at `index` counts: the one on the ring that the newest one is nearest to. */
  #partAt(index: number): number {
    return this.#head - ((this.#head - (this.#entries[index] as number)) & (RING - 1));
  }

  #partOf(time: number): number {
    return Math.floor((time * PARTS) / this.period);
  }

  #startOf(part: number): number {
    return Math.ceil((part * this.period) / PARTS);
  }

  /** Lets go of the sub-buckets that count no more once `part` is the newest. */
  #advance(part: number): void {
    if (part <= this.#head) return;
    const entries = this.#entries;
    let gone = 0;
    while (gone < entries.length && this.#partAt(gone) <= part - KEPT) {
      this.#total -= countOf(entries[gone] as number);
      gone++;
    }
    if (gone > 0) this.#entries = gone === entries.length ? NOTHING : entries.slice(gone);
    this.#head = part;
  }
}

/**
 * A window of another period with what is known of the past: in detail from `old`, else from the hour's window,
 * every count at the latest moment it can have happened. So a changed period never lets in more than it allows.
 */
export function windowOf(
  period: number,
  old: SlidingWindow | null,
  hour: SlidingWindow,
  now: number,
): SlidingWindow {
  const made = new SlidingWindow(period);
  const known = old?.parts(now) ?? [];
  const since = old?.since(now) ?? now + 1;
  if (made.since(now) < since) {
    // The hour knows these to the minute. Of the minute in which the detail begins, what the detail has not counted
    // happened before it.
    let beyond = known.reduce((sum, part) => sum + part.count, 0);
    for (const part of hour.parts(now).reverse()) {
      const inDetail = part.last >= since ? Math.min(part.count, beyond) : 0;
      beyond -= inDetail;
      made.add(Math.min(part.last, since - 1), part.count - inDetail);
    }
  }
  for (const part of known) made.add(part.last, part.count);
  return made;
}
