/** Time as the rest of the code sees it; tests pass their own. */
export interface Clock {
  /** Wall clock, Unix milliseconds. Can jump. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary origin. Never goes back; may have fractions. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/**
 * The same clock with its monotonic time counted from 1970, as the wall clock stands now: what one process noted can be
 * read beside what another did.
 */
export function anchored(clock: Clock): Clock {
  const origin = Math.round(clock.now() - clock.monotonic());
  return { now: () => clock.now(), monotonic: () => origin + clock.monotonic() };
}

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
