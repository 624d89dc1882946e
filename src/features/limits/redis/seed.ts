import { HOUR, SECOND } from '../../../base/clock.ts';
import type { Limit } from '../contract.ts';
import type { LimitQuestion } from '../limiter.ts';
import type { LimitReset } from '../resets.ts';
import type { CountedLog } from '../seed.ts';
import { SlidingWindow } from '../window.ts';

/** What shared counters are seeded from. */
export interface SeedSource {
  readonly log: Pick<CountedLog, 'counted'>;
  /** The last reset of each target. */
  resets(): Promise<LimitReset[]>;
  question(tokenId: string): LimitQuestion;
}

/** A request that was let in, and when it came by the monotonic clock. */
export interface LetIn {
  readonly question: LimitQuestion;
  readonly time: number;
}

/** Times of the Redis server, and how many counted then. */
export type Counted = [time: number, count: number][];

/** What is known of one owner's counters. */
export interface Loaded {
  /** null: the instance's. */
  readonly tokenId: string | null;
  readonly hour: Counted;
  /** null: no limit asks for one. */
  readonly burst: { readonly seconds: number; readonly counted: Counted } | null;
}

/** Milliseconds that the clocks of an instance's machines may differ by: so much later may each row have been. */
const CLOCKS_DIFFER = SECOND;

/**
 * What the log's last hour says of all counters, never less than that. Rows have wall times of several machines.
 * @param now the moment by the wall clock here, and by the Redis server's time
 */
export async function readSeed(
  source: SeedSource,
  resets: readonly LimitReset[],
  now: { readonly wall: number; readonly redis: number },
): Promise<Loaded[]> {
  const toWall = now.wall - now.redis - CLOCKS_DIFFER;
  const resetAt = new Map(resets.map(({ target, wall }) => [target, wall - CLOCKS_DIFFER]));
  const { instance: ceiling } = source.question('');
  const all = new Gathered(ceiling, now.redis);
  const loaded: Loaded[] = [];
  const since = now.wall - (HOUR * 61) / 60 - CLOCKS_DIFFER;
  await source.log.counted(since, (tokenId, count) => {
    const within = (target: string) => (from: number, to: number) => {
      const first = Math.max(from + toWall, resetAt.get(target) ?? Number.NEGATIVE_INFINITY);
      return first < to + toWall ? count(first, to + toWall) : 0;
    };
    const own = new Gathered(source.question(tokenId).token, now.redis);
    own.take(within(tokenId));
    const found = own.loaded(tokenId);
    if (found.hour.length > 0) loaded.push(found);
    all.take(within('instance'));
  });
  loaded.push(all.loaded(null));
  return loaded;
}

type CountWithin = (from: number, to: number) => number;

/** The sub-buckets of one owner's windows, each with what was counted in it. */
class Gathered {
  readonly #hour: Stretches;
  readonly #burst: Stretches | null;
  readonly #seconds: number;

  constructor(limit: Limit | null, now: number) {
    this.#hour = new Stretches(HOUR, now);
    this.#seconds = limit?.burst.seconds ?? 0;
    this.#burst = limit === null ? null : new Stretches(this.#seconds * SECOND, now);
  }

  take(within: CountWithin): void {
    this.#hour.take(within);
    this.#burst?.take(within);
  }

  loaded(tokenId: string | null): Loaded {
    const burst = this.#burst && { seconds: this.#seconds, counted: this.#burst.counted() };
    return { tokenId, hour: this.#hour.counted(), burst };
  }
}

class Stretches {
  readonly #stretches: readonly { from: number; to: number }[];
  readonly #counts: number[];

  constructor(period: number, now: number) {
    this.#stretches = new SlidingWindow(period).stretches(now);
    this.#counts = this.#stretches.map(() => 0);
  }

  take(within: CountWithin): void {
    for (const [at, { from, to }] of this.#stretches.entries())
      this.#counts[at] = (this.#counts[at] ?? 0) + within(from, to);
  }

  counted(): Counted {
    return this.#stretches.flatMap(({ from }, at): Counted => {
      const count = this.#counts[at] ?? 0;
      return count === 0 ? [] : [[from, count]];
    });
  }
}
