import { HOUR, SECOND } from '../../base/clock.ts';
import type { Limit } from './contract.ts';
import { SlidingWindow, windowOf } from './window.ts';

export type LimitKind = 'hour' | 'burst';
export type LimitOwner = 'instance' | 'token';

/** What is left of one limit. */
export interface Quota {
  readonly owner: LimitOwner;
  readonly limit: number;
  /** The limit's period, in seconds. */
  readonly seconds: number;
  readonly remaining: number;
  /** Milliseconds until `remaining` next grows; 0 if nothing is used. */
  readonly growsInMs: number;
}

/** What the limiter said to one request. */
export interface LimitAnswer {
  /** Whether it was admitted, and so charged. Where the limiter was only looked at, it is not. */
  readonly admitted: boolean;
  /** The first limit that refused it. */
  readonly refusal: { readonly kind: LimitKind; readonly owner: LimitOwner; readonly quota: Quota } | null;
  /**
   * Whole seconds: a client that waits so long, or up to a millisecond less, is admitted if nothing else was meanwhile;
   * 0 where admitted.
   */
  readonly retryAfter: number;
  /** The token's or the instance's, whichever has less left. */
  readonly hour: Quota;
  readonly burst: Quota;
}

/** How the limits of one owner stand. Where the instance has no ceiling, its hour is counted all the same. */
export interface Standing {
  readonly hour: Quota;
  readonly used: number;
  readonly burst: (Quota & { readonly used: number }) | null;
}

/** The limits of a request: its token's, and the ceiling of the whole instance where there is one. */
export interface LimitQuestion {
  readonly tokenId: string;
  readonly token: Limit;
  readonly instance: Limit | null;
}

/** Times are monotonic milliseconds; fractions are cut off. */
export interface Limiter {
  /** Admits and charges every limit, or refuses and charges none. */
  ask(question: LimitQuestion, now: number): LimitAnswer;
  /** What `ask` would answer now, charging nothing. */
  predict(question: LimitQuestion, now: number): LimitAnswer;
  /** How the limits stand, for a request that is not to be let in: admits none, refuses none, charges none. */
  peek(question: LimitQuestion, now: number): LimitAnswer;
  /** Counts a request that was admitted elsewhere. */
  charge(question: LimitQuestion, now: number): void;
  /** Counts what an earlier process admitted of a token: `admitted` says how much of it from one time to another. */
  seed(
    question: LimitQuestion,
    admitted: (from: number, to: number, owner: LimitOwner) => number,
    now: number,
  ): void;
  /** Counts nothing of what was before: of one token, or of the instance where `tokenId` is null. */
  reset(tokenId: string | null): void;
  /** The tokens that have counters; some may count nothing any more. */
  tokens(): Iterable<string>;
  /** How the limits of one owner stand; the question says which they are. Charges nothing. */
  standing(owner: LimitOwner, question: LimitQuestion, now: number): Standing;
  /** Looks at the next `budget` tokens' counters and gives back the memory of those that count nothing. */
  sweep(budget: number, now: number): void;
  /** How many tokens have counters. */
  readonly size: number;
}

/** Milliseconds that a client's timer may ring early: that of Node measures in whole ones, from the last whole one. */
const EARLY = 1;

/** @param waitMs until there is room under each limit that refused */
export const retryAfterOf = (waitMs: number): number => Math.ceil((waitMs + EARLY) / SECOND);

/** The counters of one owner: an hour's always, a burst's once a limit asks for one. */
class Counters {
  readonly hour = new SlidingWindow(HOUR);
  #burst: SlidingWindow | null = null;

  /** The burst's window. One of another length keeps what is known of the past. */
  burst(seconds: number, now: number): SlidingWindow {
    const period = seconds * SECOND;
    if (this.#burst?.period !== period) this.#burst = windowOf(period, this.#burst, this.hour, now);
    return this.#burst;
  }

  charge(time: number, count = 1): void {
    this.hour.add(time, count);
    this.#burst?.add(time, count);
  }
}

/** The limiter of one process: sliding windows in memory. */
export function createLimiter(): Limiter {
  const tokens = new Map<string, Counters>();
  // Counted with or without a ceiling, so that a new ceiling knows the last hour.
  let instance = new Counters();
  let walk = tokens.entries();

  const boundsFor = (
    { token, instance: ceiling }: LimitQuestion,
    counters: Counters,
    now: number,
  ): Bound[] => {
    const bounds: Bound[] = boundsOf('token', counters, token, now);
    return ceiling === null ? bounds : [...boundsOf('instance', instance, ceiling, now), ...bounds];
  };

  const countersOf = (tokenId: string): Counters => {
    let counters = tokens.get(tokenId);
    if (counters === undefined) {
      counters = new Counters();
      tokens.set(tokenId, counters);
    }
    return counters;
  };

  const ask = (question: LimitQuestion, time: number): LimitAnswer => {
    const now = Math.floor(time);
    const counters = countersOf(question.tokenId);
    const windows = boundsFor(question, counters, now);
    const refusing = windows.filter((bound) => bound.window.used(now) >= bound.limit);
    const first = refusing[0];
    if (first === undefined) {
      instance.charge(now);
      counters.charge(now);
    }
    let waitMs = 0;
    for (const { window, limit } of refusing) waitMs = Math.max(waitMs, window.waitUntil(limit - 1, now));
    return {
      admitted: first === undefined,
      refusal:
        first === undefined ? null : { kind: first.kind, owner: first.owner, quota: quotaOf(first, now) },
      retryAfter: first === undefined ? 0 : retryAfterOf(waitMs),
      hour: tightest(windows, 'hour', now),
      burst: tightest(windows, 'burst', now),
    };
  };

  return {
    ask,
    predict(question, time) {
      const isNew = !tokens.has(question.tokenId);
      const answer = ask(question, time);
      // The numbers of an answer are those after its own charge; then it is taken back.
      if (answer.admitted) {
        instance.charge(Math.floor(time), -1);
        countersOf(question.tokenId).charge(Math.floor(time), -1);
      }
      if (isNew) tokens.delete(question.tokenId);
      return answer;
    },
    peek(question, time) {
      const now = Math.floor(time);
      const windows = boundsFor(question, tokens.get(question.tokenId) ?? new Counters(), now);
      return {
        admitted: false,
        refusal: null,
        retryAfter: 0,
        hour: tightest(windows, 'hour', now),
        burst: tightest(windows, 'burst', now),
      };
    },
    charge(question, time) {
      const now = Math.floor(time);
      const counters = countersOf(question.tokenId);
      boundsFor(question, counters, now);
      instance.charge(now);
      counters.charge(now);
    },
    seed(question, admitted, time) {
      const now = Math.floor(time);
      // Bursts are made before the hours count: made from those, they would be known to the minute only.
      const windows: Pick<Bound, 'owner' | 'window'>[] = boundsFor(
        question,
        countersOf(question.tokenId),
        now,
      );
      if (question.instance === null) windows.push({ owner: 'instance', window: instance.hour });
      for (const { owner, window } of windows)
        for (const { from, to } of window.stretches(now)) {
          const count = admitted(from, to, owner);
          if (count > 0) window.add(from, count);
        }
    },
    reset(tokenId) {
      if (tokenId === null) instance = new Counters();
      else tokens.delete(tokenId);
    },
    tokens: () => tokens.keys(),
    standing(owner, question, time) {
      const now = Math.floor(time);
      const limit = owner === 'instance' ? question.instance : question.token;
      const counters = owner === 'instance' ? instance : (tokens.get(question.tokenId) ?? new Counters());
      const used = counters.hour.used(now);
      if (limit === null) {
        const unbounded: Bound = { ...hourBound(owner, counters), limit: Number.POSITIVE_INFINITY };
        return { hour: quotaOf(unbounded, now), used, burst: null };
      }
      const [hour, burst] = boundsOf(owner, counters, limit, now);
      return {
        hour: quotaOf(hour, now),
        used,
        burst: { ...quotaOf(burst, now), used: burst.window.used(now) },
      };
    },
    sweep(budget, time) {
      const now = Math.floor(time);
      for (let looked = 0; looked < budget; looked++) {
        const next = walk.next();
        if (next.done) {
          walk = tokens.entries();
          return;
        }
        const [tokenId, counters] = next.value;
        // A burst is at most an hour long, so nothing in the hour is nothing at all.
        if (counters.hour.used(now) === 0) tokens.delete(tokenId);
      }
    },
    get size() {
      return tokens.size;
    },
  };
}

interface Bound {
  readonly kind: LimitKind;
  readonly owner: LimitOwner;
  readonly limit: number;
  readonly seconds: number;
  readonly window: SlidingWindow;
}

const hourBound = (owner: LimitOwner, { hour }: Counters) =>
  ({ kind: 'hour', owner, seconds: HOUR / SECOND, window: hour }) as const;

function boundsOf(owner: LimitOwner, counters: Counters, limit: Limit, now: number): [Bound, Bound] {
  const { requests, seconds } = limit.burst;
  return [
    { ...hourBound(owner, counters), limit: limit.requestsPerHour },
    { kind: 'burst', owner, limit: requests, seconds, window: counters.burst(seconds, now) },
  ];
}

/** Of the limits of one kind the one with the least left. There is always the token's. */
function tightest(bounds: readonly Bound[], kind: LimitKind, now: number): Quota {
  let found: Bound | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const bound of bounds) {
    if (bound.kind !== kind) continue;
    const left = bound.limit - bound.window.used(now);
    if (left >= least) continue;
    found = bound;
    least = left;
  }
  return quotaOf(found as Bound, now);
}

function quotaOf({ owner, limit, seconds, window }: Bound, now: number): Quota {
  const used = window.used(now);
  const growsInMs = used === 0 ? 0 : window.waitUntil(Math.min(used, limit) - 1, now);
  return { owner, limit, seconds, remaining: Math.max(0, limit - used), growsInMs };
}
