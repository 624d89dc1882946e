/** The rate of the last seconds counts, as it changes: a step's weight halves in that time. */
const HALF_LIFE_MS = 3_000;

/** How fast rows come, in rows a second; times are in milliseconds. */
export class Rate {
  #at: number;
  #perSecond: number | null = null;

  constructor(now: number) {
    this.#at = now;
  }

  add(rows: number, now: number): void {
    const took = now - this.#at;
    if (took <= 0) return;
    const rate = (rows / took) * 1_000;
    const weight = 1 - 0.5 ** (took / HALF_LIFE_MS);
    this.#perSecond = this.#perSecond === null ? rate : this.#perSecond + (rate - this.#perSecond) * weight;
    this.#at = now;
  }

  /** null: nothing has come yet. */
  get perSecond(): number | null {
    return this.#perSecond;
  }
}

/** "about 2 min left" for what is still to come; null where nobody knows. */
export function timeLeft(rows: number, total: number | null, perSecond: number | null): string | null {
  if (total === null || perSecond === null || perSecond <= 0) return null;
  const seconds = Math.max(0, total - rows) / perSecond;
  if (seconds < 1) return 'nearly done';
  if (seconds < 90) return `about ${Math.ceil(seconds)} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `about ${minutes} min left` : `about ${Math.round(minutes / 60)} h left`;
}
