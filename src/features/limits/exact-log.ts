/** For tests: every admission, and what a log of them would say. Times are milliseconds. */
export class ExactLog {
  readonly #times: number[] = [];

  add(time: number): void {
    this.#times.push(time);
  }

  /** How many lie in the `period` milliseconds that end at `now`: at `now`, but no longer at `now - period`. */
  within(period: number, now: number): number {
    let at = this.#times.length;
    while (at > 0 && (this.#times[at - 1] as number) > now - period) at--;
    return this.#times.length - at;
  }
}
