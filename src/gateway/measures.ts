import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SharedMode } from '../features/limits/redis/shared-limiter.ts';
import type { LogProgress } from '../features/logs/writer-progress.ts';
import type { Counts } from './tally.ts';

/** Why a gateway lets nobody in just now: as the reason of its 503. */
export type Unready = 'gateway.stopped' | 'policy.stale' | 'log.unavailable' | 'limits.unavailable';

/** Where a gateway's limits are counted: by itself, as it is meant to be, or as with the shared counters. */
export type LimitsMode = 'own' | SharedMode;

/** What a gateway tells of itself. */
export interface GatewayMeasures {
  readonly counts: Counts;
  readonly log: LogProgress;
  readonly policy: {
    readonly version: number;
    /** Milliseconds since it was last known to be current. */
    readonly age: number;
  };
  readonly limits: LimitsMode;
  /** Milliseconds that the gateway's event loop was late, since this was last asked. */
  readonly loopLag: { readonly p50: number; readonly p99: number; readonly max: number };
  /** null: it serves. */
  readonly unready: Unready | null;
}

const NS_PER_MS = 1e6;

/** Watches how late this thread's event loop is; the timer behind it is outside JavaScript. */
export function watchLoop() {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    read(): GatewayMeasures['loopLag'] {
      const said = {
        p50: delay.percentile(50) / NS_PER_MS,
        p99: delay.percentile(99) / NS_PER_MS,
        max: delay.max / NS_PER_MS,
      };
      delay.reset();
      return said;
    },
    stop: () => delay.disable(),
  };
}
