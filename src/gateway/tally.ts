import { reasonCodes } from '../base/reasons.ts';
import type { LimitKind, LimitOwner } from '../features/limits/limiter.ts';
import type { LogRecord } from '../features/logs/record.ts';

/** Upper bounds of the histogram's buckets, in seconds. */
export const DURATION_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;
const BOUNDS_MS = DURATION_BOUNDS.map((seconds) => seconds * 1_000);
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const NO_REASON = 'none';

/** What was counted since the gateway started. */
export interface Counts {
  /** Only what came at all. `reason` is 'none' where there was nothing to give one for. */
  readonly requests: readonly {
    readonly statusClass: string;
    readonly reason: string;
    readonly count: number;
  }[];
  /** How many took no longer than each of DURATION_BOUNDS and longer than the one before; last, the longer ones. */
  readonly durations: readonly number[];
  readonly durationSeconds: number;
  readonly limited: readonly {
    readonly owner: LimitOwner;
    readonly kind: LimitKind;
    readonly count: number;
  }[];
}

export interface Tally {
  /** Counts an answer. In the way of every request: numbers are added up, nothing is made. */
  answered(row: Pick<LogRecord, 'status' | 'reason' | 'durationMs'>): void;
  limited(refusal: { readonly owner: LimitOwner; readonly kind: LimitKind }): void;
  read(): Counts;
}

export function createTally(): Tally {
  const byReason = new Map<string, Float64Array>();
  for (const reason of [NO_REASON, ...reasonCodes]) byReason.set(reason, new Float64Array(CLASSES.length));
  const durations = new Float64Array(BOUNDS_MS.length + 1);
  let durationMs = 0;
  const limited = {
    instance: { hour: 0, burst: 0 },
    token: { hour: 0, burst: 0 },
  } satisfies Record<LimitOwner, Record<LimitKind, number>>;

  return {
    answered(row) {
      const counts = byReason.get(row.reason ?? NO_REASON);
      const statusClass = Math.floor(row.status / 100) - 1;
      if (counts !== undefined) counts[statusClass] = (counts[statusClass] ?? 0) + 1;
      let bucket = 0;
      while (bucket < BOUNDS_MS.length && row.durationMs > (BOUNDS_MS[bucket] as number)) bucket++;
      durations[bucket] = (durations[bucket] as number) + 1;
      durationMs += row.durationMs;
    },
    limited({ owner, kind }) {
      limited[owner][kind] += 1;
    },
    read: () => ({
      requests: [...byReason].flatMap(([reason, counts]) =>
        CLASSES.map((statusClass, index) => ({ statusClass, reason, count: counts[index] ?? 0 })).filter(
          ({ count }) => count > 0,
        ),
      ),
      durations: [...durations],
      durationSeconds: durationMs / 1_000,
      limited: (['instance', 'token'] as const).flatMap((owner) =>
        (['hour', 'burst'] as const).map((kind) => ({ owner, kind, count: limited[owner][kind] })),
      ),
    }),
  };
}
