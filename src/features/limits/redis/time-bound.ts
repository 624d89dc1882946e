import { MINUTE } from '../../../base/clock.ts';

/**
 * What a gateway knows of the counters' time, which is the Redis server's: the latest that it can be. So the script sees
 * where that server's wall clock was set ahead.
 */
export class TimeBound {
  /** What that time was ahead of the gateway's monotonic one, at most: in this minute, and in the one before. */
  #now = Number.NEGATIVE_INFINITY;
  #before = Number.NEGATIVE_INFINITY;
  #since = Number.NEGATIVE_INFINITY;

  /** A call that was sent at `sentAt` found it to be `time` then. */
  learn(sentAt: number, time: number): void {
    if (sentAt - this.#since > MINUTE) {
      // Clocks drift: what was so minutes ago is no bound.
      this.#before = sentAt - this.#since > 2 * MINUTE ? Number.NEGATIVE_INFINITY : this.#now;
      this.#now = Number.NEGATIVE_INFINITY;
      this.#since = sentAt;
    }
    this.#now = Math.max(this.#now, time - sentAt);
  }

  /** null: nothing is known of it. */
  latest(monotonic: number): number | null {
    const ahead = Math.max(this.#now, this.#before);
    return Number.isFinite(ahead) ? Math.ceil(monotonic + ahead) : null;
  }

  forget(): void {
    [this.#now, this.#before, this.#since] = Array(3).fill(Number.NEGATIVE_INFINITY);
  }
}
