import type { ServerResponse } from 'node:http';
import { SECOND } from '../base/clock.ts';
import type { LetIn } from '../features/limits/redis/seed.ts';

/** Milliseconds from the end of an answer until nobody asks any more whether its row was in the log at some moment. */
const KEPT_FOR = 10 * SECOND;

/**
 * The requests that were let in and that the log may not have yet: those that are being answered, and those whose answer
 * ended a short while ago. Where shared counters are lost and seeded from the log, each gateway adds its own.
 */
export class Unlogged {
  readonly #running = new Set<LetIn>();
  /** And when each ended, in that order. */
  readonly #ended = new Map<LetIn, number>();
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  begin(letIn: LetIn, response: ServerResponse): void {
    this.#running.add(letIn);
    const end = () => {
      this.#running.delete(letIn);
      this.#ended.set(letIn, this.#now());
      this.#forget();
    };
    if (response.closed) end();
    else response.once('close', end);
  }

  /** Those whose answer had not ended at `time`. */
  after(time: number): LetIn[] {
    const ended = [...this.#ended].flatMap(([letIn, at]) => (at > time ? [letIn] : []));
    return [...this.#running, ...ended];
  }

  #forget(): void {
    const old = this.#now() - KEPT_FOR;
    for (const [letIn, ended] of this.#ended) {
      if (ended > old) return;
      this.#ended.delete(letIn);
    }
  }
}
