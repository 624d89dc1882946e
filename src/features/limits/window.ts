/** A period is cut into so many sub-buckets; the partial oldest one counts as a whole, hence one more is kept. */
const PARTS = 60;
const KEPT = PARTS + 1;

/**
 * Counts what happened in the last `period` milliseconds, in constant memory. It never counts less than an exact
 * log of that period, and never more than an exact log whose period is 1/60 longer. Times are whole milliseconds
 * of a monotonic clock.
 *
 * @example
 * const window = new SlidingWindow(10_000);
 * if (window.used(now) < 100) window.add(now, 1);
 */
export class SlidingWindow {
  /** Milliseconds; a multiple of 1000. */
  readonly period: number;
  readonly #counts = new Uint32Array(KEPT);
  /** The newest sub-bucket that was looked at; times before it are still counted where they belong. */
  #head = Number.NEGATIVE_INFINITY;
  #total = 0;
  /** No sub-bucket before this one counts anything. */
  #oldest = Number.POSITIVE_INFINITY;

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
    const slot = slotOf(part);
    this.#counts[slot] = (this.#counts[slot] as number) + count;
    this.#total += count;
    this.#oldest = Math.min(this.#oldest, part);
  }

  /** Milliseconds from `now` until at most `most` (0 or more) count, if nothing is added; 0 if that is so now. */
  waitUntil(most: number, now: number): number {
    let left = this.used(now);
    if (left <= most) return 0;
    for (let part = this.#skipEmpty(); part <= this.#head; part++) {
      left -= this.#counts[slotOf(part)] as number;
      if (left <= most) return this.#startOf(part + KEPT) - now;
    }
    return 0;
  }

  /** The first sub-bucket that counts something; there is one. */
  #skipEmpty(): number {
    let part = Math.max(this.#oldest, this.#head - PARTS);
    while (this.#counts[slotOf(part)] === 0) part++;
    this.#oldest = part;
    return part;
  }

  /** What counts at `now`, oldest first: each sub-bucket that is not empty, with its first and last millisecond. */
  parts(now: number): { first: number; last: number; count: number }[] {
    if (this.used(now) === 0) return [];
    const found: { first: number; last: number; count: number }[] = [];
    for (let part = this.#head - PARTS; part <= this.#head; part++) {
      const count = this.#counts[slotOf(part)] as number;
      if (count > 0)
        found.push({ first: this.#startOf(part), last: Math.min(now, this.#startOf(part + 1) - 1), count });
    }
    return found;
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

  #partOf(time: number): number {
    return Math.floor((time * PARTS) / this.period);
  }

  #startOf(part: number): number {
    return Math.ceil((part * this.period) / PARTS);
  }

  #advance(part: number): void {
    if (part <= this.#head) return;
    if (this.#total > 0) {
      if (part - this.#head >= KEPT) {
        this.#counts.fill(0);
        this.#total = 0;
      } else {
        for (let gone = this.#head + 1; gone <= part; gone++) {
          const slot = slotOf(gone);
          this.#total -= this.#counts[slot] as number;
          this.#counts[slot] = 0;
        }
      }
    }
    this.#head = part;
  }
}

const slotOf = (part: number): number => ((part % KEPT) + KEPT) % KEPT;

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
  if (made.since(now) < since)
    for (const part of hour.parts(now)) {
      const inDetail = known.reduce(
        (sum, k) => sum + (k.first >= part.first && k.last <= part.last ? k.count : 0),
        0,
      );
      // What lies in the hour's bucket and not in the detail happened before the detail begins.
      made.add(Math.min(part.last, since - 1), Math.max(0, part.count - inDetail));
    }
  for (const part of known) made.add(part.last, part.count);
  return made;
}
