import { type Clock, MINUTE, SECOND } from '../../base/clock.ts';
import { networkOf } from '../ip-rules/network.ts';
import { SlidingWindow } from '../limits/window.ts';

const PERIOD = 15 * MINUTE;
/** Wrong passwords in that time before an account, and a network, must wait. */
const MOST_OF_AN_ACCOUNT = 10;
const MOST_OF_A_NETWORK = 50;
/** Passwords that are hashed or wait for it at once: each costs 19 MiB and a tenth of a second of a core. */
const MOST_UNDER_WAY = 32;
/** Accounts and networks that are remembered; of more, the one that was new first is forgotten. */
const MOST_REMEMBERED = 20_000;

/** An attempt that was let in. It counts from the start, so that many at once are no way around the limit. */
export interface Attempt {
  /** The password was right: it does not count, and neither does what the account had against it. */
  succeeded(): void;
  /** It is no longer under way. */
  over(): void;
}

/**
 * Bounds how often passwords can be tried, by account and by network (an IPv4 address, an IPv6 /64). An account that
 * does not exist is counted as one that does, or the wait would tell them apart.
 */
export class PasswordThrottle {
  readonly #clock: Clock;
  readonly #windows = new Map<string, SlidingWindow>();
  #underWay = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets an attempt in, or says how many seconds to wait. */
  begin(account: string, address: string): Attempt | { retryAfter: number } {
    const now = Math.floor(this.#clock.monotonic());
    const ofAccount = this.#window(`account ${account}`);
    const ofNetwork = this.#window(`network ${networkOf(address)}`);
    const wait = Math.max(
      ofAccount.waitUntil(MOST_OF_AN_ACCOUNT - 1, now),
      ofNetwork.waitUntil(MOST_OF_A_NETWORK - 1, now),
      this.#underWay >= MOST_UNDER_WAY ? SECOND : 0,
    );
    if (wait > 0) return { retryAfter: Math.ceil(wait / SECOND) };
    this.#underWay += 1;
    ofAccount.add(now, 1);
    ofNetwork.add(now, 1);
    return {
      succeeded: () => {
        this.#windows.delete(`account ${account}`);
        ofNetwork.add(now, -1);
      },
      over: () => {
        this.#underWay -= 1;
      },
    };
  }

  #window(key: string): SlidingWindow {
    const known = this.#windows.get(key);
    if (known !== undefined) return known;
    if (this.#windows.size >= MOST_REMEMBERED) this.#forget();
    const window = new SlidingWindow(PERIOD);
    this.#windows.set(key, window);
    return window;
  }

  #forget(): void {
    const now = Math.floor(this.#clock.monotonic());
    for (const [key, window] of this.#windows) if (window.used(now) === 0) this.#windows.delete(key);
    const first = this.#windows.size >= MOST_REMEMBERED ? this.#windows.keys().next().value : undefined;
    if (first !== undefined) this.#windows.delete(first);
  }
}
