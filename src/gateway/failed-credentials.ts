import { MINUTE, SECOND } from '../base/clock.ts';
import { networkOf } from '../features/ip-rules/network.ts';
import { SlidingWindow } from '../features/limits/window.ts';

/** So many failures of the credential a minute are answered with the reason; more are answered 429. */
const FAILURES_A_MINUTE = 100;
/** Networks that are remembered at once; of more, the one that was new first is forgotten. */
const MAX_NETWORKS = 20_000;

/** Counts requests without a valid credential by the network they come from. Times are monotonic milliseconds. */
export interface FailedCredentials {
  /** Counts one failure and returns 0; or, where there were too many, counts nothing and returns the seconds to wait. */
  count(address: string, now: number): number;
  /** Forgets networks that have not failed lately. */
  sweep(now: number): void;
  readonly size: number;
}

export function countFailedCredentials(): FailedCredentials {
  const networks = new Map<string, SlidingWindow>();
  return {
    count(address, time) {
      const now = Math.floor(time);
      const network = networkOf(address);
      let window = networks.get(network);
      if (window === undefined) {
        const oldest = networks.size >= MAX_NETWORKS ? networks.keys().next().value : undefined;
        if (oldest !== undefined) networks.delete(oldest);
        window = new SlidingWindow(MINUTE);
        networks.set(network, window);
      }
      const wait = window.waitUntil(FAILURES_A_MINUTE - 1, now);
      if (wait > 0) return Math.ceil(wait / SECOND);
      window.add(now, 1);
      return 0;
    },
    sweep(time) {
      for (const [network, window] of networks)
        if (window.used(Math.floor(time)) === 0) networks.delete(network);
    },
    get size() {
      return networks.size;
    },
  };
}
