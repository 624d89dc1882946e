import { HOUR } from '../../../base/clock.ts';
import type { Limit } from '../contract.ts';
import { createLimiter, type Limiter, type LimitQuestion } from '../limiter.ts';
import { SlidingWindow } from '../window.ts';
import type { Asked } from './calls.ts';

/** Requests that the shared counters do not know of: monotonic times, each the latest it can have been. */
export interface Unshared {
  /** Whose counters they belong to: a token's, or (null) the instance's. */
  readonly tokenId: string | null;
  /** The limit that they were under. */
  readonly limit: Limit | null;
  readonly counted: readonly { readonly last: number; readonly count: number }[];
}

interface Kept {
  readonly limit: Limit | null;
  readonly window: SlidingWindow;
}

/**
 * Counts for one gateway alone while the shared counters are away. It knows all that this gateway admitted, under the
 * shared counters too, so that by itself it never admits more than the limits say.
 */
export class LocalFallback {
  readonly limiter: Limiter = createLimiter();
  readonly trials: Limiter = createLimiter();
  /** By token; null is the instance. */
  readonly #unshared = new Map<string | null, Kept>();
  #walk = this.#unshared.entries();

  /** The shared counters admitted it. */
  charge(question: LimitQuestion, now: number): void {
    this.limiter.charge(question, now);
  }

  ask(question: LimitQuestion, trial: LimitQuestion | null, now: number): Asked {
    const limits = this.limiter.ask(question, now);
    if (!limits.admitted) return { limits, trial: null };
    this.#note(question.tokenId, question.token, now);
    this.#note(null, question.instance, now);
    const refusal = trial === null ? null : this.trials.ask(trial, now).refusal;
    return { limits, trial: refusal === null ? null : `${refusal.owner}.${refusal.kind}` };
  }

  reset(tokenId: string | null): void {
    this.limiter.reset(tokenId);
    this.trials.reset(tokenId);
    this.#unshared.delete(tokenId);
  }

  sweep(budget: number, now: number): void {
    this.limiter.sweep(budget, now);
    this.trials.sweep(budget, now);
    for (let looked = 0; looked < budget; looked++) {
      const next = this.#walk.next();
      if (next.done) {
        this.#walk = this.#unshared.entries();
        return;
      }
      const [tokenId, { window }] = next.value;
      if (window.used(Math.floor(now)) === 0) this.#unshared.delete(tokenId);
    }
  }

  /** Takes what was admitted here since `since`; it is not given again. */
  takeUnshared(since: number, now: number): Unshared[] {
    const taken = [...this.#unshared].map(([tokenId, { limit, window }]) => ({
      tokenId,
      limit,
      counted: window.parts(now).filter(({ last }) => last >= since),
    }));
    this.#unshared.clear();
    return taken.filter(({ counted }) => counted.length > 0);
  }

  #note(tokenId: string | null, limit: Limit | null, now: number): void {
    const { window } = this.#unshared.get(tokenId) ?? { window: new SlidingWindow(HOUR) };
    window.add(Math.floor(now), 1);
    this.#unshared.set(tokenId, { limit, window });
  }
}
