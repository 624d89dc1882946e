import { HOUR } from '../../../base/clock.ts';
import { createLimiter, type Limiter, type LimitQuestion } from '../limiter.ts';
import { SlidingWindow } from '../window.ts';
import type { Asked } from './calls.ts';

/** A token's requests that the shared counters do not know of: monotonic times, each the latest it can have been. */
export interface Unshared {
  readonly question: LimitQuestion;
  readonly counted: readonly { readonly last: number; readonly count: number }[];
}

/**
 * Counts for one gateway alone while the shared counters are away. It knows all that this gateway admitted, under the
 * shared counters too, so that by itself it never admits more than the limits say.
 */
export class LocalFallback {
  readonly limiter: Limiter = createLimiter();
  readonly trials: Limiter = createLimiter();
  readonly #unshared = new Map<string, { question: LimitQuestion; window: SlidingWindow }>();

  /** The shared counters admitted it. */
  charge(question: LimitQuestion, now: number): void {
    this.limiter.charge(question, now);
  }

  ask(question: LimitQuestion, trial: LimitQuestion | null, now: number): Asked {
    const limits = this.limiter.ask(question, now);
    if (!limits.admitted) return { limits, trial: null };
    this.#note(question, now);
    const refusal = trial === null ? null : this.trials.ask(trial, now).refusal;
    return { limits, trial: refusal === null ? null : `${refusal.owner}.${refusal.kind}` };
  }

  reset(tokenId: string | null): void {
    this.limiter.reset(tokenId);
    this.trials.reset(tokenId);
  }

  sweep(budget: number, now: number): void {
    this.limiter.sweep(budget, now);
    this.trials.sweep(budget, now);
  }

  /** Takes what was admitted here since `since`; it is not given again. */
  takeUnshared(since: number, now: number): Unshared[] {
    const taken = [...this.#unshared.values()].map(({ question, window }) => ({
      question,
      counted: window.parts(now).filter(({ last }) => last >= since),
    }));
    this.#unshared.clear();
    return taken.filter(({ counted }) => counted.length > 0);
  }

  #note(question: LimitQuestion, now: number): void {
    const time = Math.floor(now);
    const known = this.#unshared.get(question.tokenId);
    if (known === undefined) {
      const window = new SlidingWindow(HOUR);
      window.add(time, 1);
      this.#unshared.set(question.tokenId, { question, window });
    } else known.window.add(time, 1);
  }
}
