import type { Clock } from '../base/clock.ts';
import type { Reads } from '../db/reads.ts';
import type { ApiWriter } from './api-writer.ts';
import type { KeptReads } from './kept-reads.ts';
import type { PolicyKeeper, PolicyKeeperOptions } from './policy-keeper.ts';
import type { PlaceNames } from './proxy/place-names.ts';

/** The instance's database as a gateway uses it, whichever engine it is. */
export interface GatewayData {
  read<T>(reads: Reads<T>): Promise<T>;
  /** Compiles the policy and follows it, and opens the built-in API. */
  keep(options: PolicyKeeperOptions): Promise<KeptData>;
  /** Where the counters of the limits depend on it: watches whether the machine's wall clock is set. */
  watchClock(machine: Clock): { look(): void };
  close(): Promise<void>;
}

export interface KeptData {
  readonly keeper: PolicyKeeper;
  /** As the pipeline has them. */
  readonly reads: KeptReads | null;
  readonly writer: ApiWriter;
  snapshot(work: () => void): void;
  /** For what an upstream is told. */
  placeNames(): Promise<PlaceNames>;
}
