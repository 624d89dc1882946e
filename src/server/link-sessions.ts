import { createHash, randomBytes } from 'node:crypto';
import { type Clock, HOUR, MINUTE, SECOND } from '../base/clock.ts';

const LINK_LIFETIME = 10 * MINUTE;
const SESSION_LIFETIME = 12 * HOUR;
/** Wrong codes before an exchange is refused for a while: 256 random bits need no more than this. */
const MOST_FAILURES = 20;
const FAILURES_WITHIN = 60 * SECOND;

export type Exchange =
  | { kind: 'opened'; credential: string; expiresAt: number }
  | { kind: 'refused' }
  | { kind: 'throttled'; retryAfter: number };

/** One-time sign-in codes and the sessions they open. Only hashes are kept, in memory: a restart ends all. */
export class LinkSessions {
  readonly #clock: Clock;
  readonly #codes = new Map<string, number>();
  readonly #sessions = new Map<string, number>();
  #failures: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new code for a sign-in link: opens one session, within 10 minutes. */
  newCode(): string {
    const code = randomBytes(32).toString('base64url');
    this.#codes.set(hash(code), this.#clock.monotonic() + LINK_LIFETIME);
    return code;
  }

  /** Exchanges a code for a session's credential; a code works once. */
  exchange(code: string): Exchange {
    const now = this.#clock.monotonic();
    this.#failures = this.#failures.filter((time) => time > now - FAILURES_WITHIN);
    const oldest = this.#failures[0];
    if (oldest !== undefined && this.#failures.length >= MOST_FAILURES)
      return { kind: 'throttled', retryAfter: Math.ceil((oldest + FAILURES_WITHIN - now) / SECOND) };
    const key = hash(code);
    const until = this.#codes.get(key);
    this.#codes.delete(key);
    if (until === undefined || until <= now) {
      this.#failures.push(now);
      return { kind: 'refused' };
    }
    for (const [session, end] of this.#sessions) if (end <= now) this.#sessions.delete(session);
    const credential = randomBytes(32).toString('base64url');
    this.#sessions.set(hash(credential), now + SESSION_LIFETIME);
    return { kind: 'opened', credential, expiresAt: this.#clock.now() + SESSION_LIFETIME };
  }

  /** Is this the credential of a session that lasts? */
  knows(credential: string): boolean {
    return (this.#sessions.get(hash(credential)) ?? Number.NEGATIVE_INFINITY) > this.#clock.monotonic();
  }

  end(credential: string): void {
    this.#sessions.delete(hash(credential));
  }
}

const hash = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
