/** Time as the rest of the code sees it; tests pass their own. */
export interface Clock {
  /** Wall clock, Unix milliseconds. Can jump. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary origin, the same for all processes. Never goes back; may have fractions. */
  monotonic(): number;
}

/** `performance.now()` begins with each thread; the machine's own count is one for all its processes. */
const threadStart =
  globalThis.process?.hrtime === undefined
    ? 0
    : Number(globalThis.process.hrtime.bigint() / 1_000n) / 1_000 - performance.now();

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => threadStart + performance.now(),
};

export interface AnchoredClock extends Clock {
  /** What its monotonic time is ahead of the machine's: whole milliseconds. */
  readonly origin: number;
}

/**
 * The same clock with its monotonic time counted from 1970, as the wall clock stands now: what one process noted can be
 * read beside what another did.
 */
export function anchored(clock: Clock): AnchoredClock {
  const origin = Math.round(clock.now() - clock.monotonic());
  return { origin, now: () => clock.now(), monotonic: () => origin + clock.monotonic() };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
