import { type Clock, systemClock } from '../../base/clock.ts';

/** How far the log writer is behind the journal. */
export interface LogProgress {
  /** Bytes of the journal that are not yet in the rows and the roll-ups, when last counted. */
  readonly bytesWaiting: number;
  /** Every row that was journalled so many milliseconds ago, or earlier, is in the databases. */
  readonly behindMs: number;
}

const BYTES_WAITING = 0;
const CAUGHT_UP_AT = 1;

/** What the writer's thread writes and the gateway's reads, without a message for each step. */
export const makeProgress = (clock: Clock = systemClock): SharedArrayBuffer => {
  const shared = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT);
  new Float64Array(shared)[CAUGHT_UP_AT] = clock.monotonic();
  return shared;
};

export const readProgress = (shared: SharedArrayBuffer, clock: Clock = systemClock): LogProgress => {
  const numbers = new Float64Array(shared);
  return {
    bytesWaiting: numbers[BYTES_WAITING] as number,
    behindMs: Math.max(0, clock.monotonic() - (numbers[CAUGHT_UP_AT] as number)),
  };
};

/**
 * Notes what a step left.
 * @param caughtUpAt monotonic milliseconds when a step began that brought in all there was; null: it did not
 */
export function noteProgress(
  shared: SharedArrayBuffer,
  bytesWaiting: number,
  caughtUpAt: number | null,
): void {
  const numbers = new Float64Array(shared);
  numbers[BYTES_WAITING] = bytesWaiting;
  if (caughtUpAt !== null) numbers[CAUGHT_UP_AT] = caughtUpAt;
}
