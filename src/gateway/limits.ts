import type { Clock } from '../base/clock.ts';
import { type Standings, standingsOf } from '../features/limits/counters.ts';
import { createLimiter, type Limiter } from '../features/limits/limiter.ts';
import { LocalFallback } from '../features/limits/redis/fallback.ts';
import type { RedisPatience } from '../features/limits/redis/link.ts';
import type { SeedSource } from '../features/limits/redis/seed.ts';
import { SharedLimiter } from '../features/limits/redis/shared-limiter.ts';
import { type LimitsLook, lookAt } from './judgement.ts';
import type { LimitsMode } from './measures.ts';
import { Unlogged } from './unlogged.ts';

/** With whom a gateway counts. */
export interface LimitsOptions {
  /** The address of a Redis or Valkey server. */
  readonly redis: string;
  /** What is done while it is away: refuse, or count by itself. */
  readonly fallback: 'refuse' | 'local';
  /** In place of how long its answers are waited for. */
  readonly patience?: RedisPatience;
  /** In place of how many milliseconds the log is given before lost counters are seeded from it. */
  readonly settle?: number;
}

/** Limits that are counted with other gateways, and what this one let in by them just now. */
export interface SharedLimits {
  readonly limiter: SharedLimiter;
  readonly unlogged: Unlogged;
}

/** The limits of one gateway: counted by itself, or with the others of its instance. */
export interface GatewayLimits extends LimitsLook {
  /** In memory; where the counters are shared, what this gateway falls back on. */
  readonly limiter: Limiter;
  /** Whether that limiter is ever asked. */
  readonly countsHere: boolean;
  readonly trials: Limiter;
  /** null: it counts by itself. */
  readonly shared: SharedLimits | null;
  /** How the limits stand. */
  readonly counters: Standings;
  readonly mode: LimitsMode;
  /**
   * Resolves once requests can be counted, or it is known that they cannot: then the gateway says so to its clients.
   * @param source where shared counters come from that are not there
   */
  begin(source: SeedSource): Promise<void>;
  /** @param mark the mark's id */
  reset(tokenId: string | null, mark: number): void;
  sweep(budget: number, now: number): void;
  close(): void;
}

/** Milliseconds that a gateway waits for the shared counters before it is ready without them. */
const READY_WITHIN = 5_000;

interface SharedParts {
  readonly instanceId: string;
  readonly clock: Clock;
  onFailure(cause: unknown): void;
}

/** @param options null: by itself */
export const openLimits = (options: LimitsOptions | null, parts: SharedParts): GatewayLimits =>
  options === null ? ownLimits() : sharedLimits(options, parts);

function ownLimits(): GatewayLimits {
  const [limiter, trials] = [createLimiter(), createLimiter()];
  return {
    limiter,
    trials,
    shared: null,
    countsHere: true,
    counters: standingsOf(limiter),
    mode: 'own',
    ...lookAt(limiter),
    reset(tokenId) {
      limiter.reset(tokenId);
      trials.reset(tokenId);
    },
    sweep(budget, now) {
      limiter.sweep(budget, now);
      trials.sweep(budget, now);
    },
    begin: async () => undefined,
    close: () => undefined,
  };
}

function sharedLimits(
  { redis, fallback, patience, settle }: LimitsOptions,
  parts: SharedParts,
): GatewayLimits {
  const local = new LocalFallback();
  const unlogged = new Unlogged(() => parts.clock.monotonic());
  const limiter = new SharedLimiter({
    ...parts,
    url: redis,
    patience,
    settle,
    fallback: fallback === 'local' ? local : null,
  });
  return {
    limiter: local.limiter,
    trials: local.trials,
    shared: { limiter, unlogged },
    countsHere: fallback === 'local',
    counters: limiter,
    get mode() {
      return limiter.mode;
    },
    look: (mode, question, now) => limiter.look(mode, question, now),
    reset: (tokenId, mark) => limiter.reset(tokenId, mark),
    sweep: (budget, now) => local.sweep(budget, now),
    begin: (source) => limiter.begin(source, (time) => unlogged.after(time), READY_WITHIN),
    close: () => limiter.close(),
  };
}
