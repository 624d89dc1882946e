/** A period is cut into so many sub-buckets; the partial oldest one counts as a whole, hence one more is kept. */
const PARTS = 60;
const KEPT = PARTS + 1;

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
   * The sub-buckets that count something, oldest first: number and count in turn, at most 61 of them. Most tokens are
   * busy in few, and there can be a million of them: a typed array for all 61 takes four times as much.
   */
  #parts: number[] = NOTHING;
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
    const parts = this.#parts;
    let at = parts.length;
    while (at > 0 && (parts[at - 2] as number) > part) at -= 2;
    if (at > 0 && parts[at - 2] === part) parts[at - 1] = (parts[at - 1] as number) + count;
    else if (parts.length === 0) this.#parts = [part, count];
    else parts.splice(at, 0, part, count);
    this.#total += count;
  }

  /** Milliseconds from `now` until at most `most` (0 or more) count, if nothing is added; 0 if that is so now. */
  waitUntil(most: number, now: number): number {
    let left = this.used(now);
    if (left <= most) return 0;
    const parts = this.#parts;
    for (let at = 0; at < parts.length; at += 2) {
      left -= parts[at + 1] as number;
      if (left <= most) return this.#startOf((parts[at] as number) + KEPT) - now;
    }
    return 0;
  }

  /** What counts at `now`, oldest first: each sub-bucket that is not empty, with its first and last millisecond. */
  parts(now: number): { first: number; last: number; count: number }[] {
    this.used(now);
    const found: { first: number; last: number; count: number }[] = [];
    for (let at = 0; at < this.#parts.length; at += 2) {
      const part = this.#parts[at] as number;
      const last = Math.min(now, this.#startOf(part + 1) - 1);
      found.push({ first: this.#startOf(part), last, count: this.#parts[at + 1] as number });
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

  /** Lets go of the sub-buckets that count no more once `part` is the newest. */
  #advance(part: number): void {
    if (part <= this.#head) return;
    this.#head = part;
    const parts = this.#parts;
    let gone = 0;
    while (gone < parts.length && (parts[gone] as number) <= part - KEPT) {
      this.#total -= parts[gone + 1] as number;
      gone += 2;
    }
    if (gone === parts.length) this.#parts = NOTHING;
    else if (gone > 0) parts.splice(0, gone);
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
