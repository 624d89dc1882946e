import { type Clock, HOUR } from '../../base/clock.ts';
import type { Reader } from '../../db/reader.ts';
import { readClockMarks, wallStretches } from './clock-marks.ts';
import type { Limiter, LimitOwner, LimitQuestion } from './limiter.ts';
import { readResets, resetTime } from './resets.ts';

/** The log, as far as the counters follow from it. Times are Unix milliseconds. */
export interface CountedLog {
  /**
   * Gives `take` each token with counted requests since `since`, and how many there were from one time to another. Where
   * it gives one twice, there were none the first time: it learns which stretches are asked for.
   */
  counted(
    since: number,
    take: (tokenId: string, count: (from: number, to: number) => number) => void,
  ): Promise<void>;
  /** When the newest row arrived; null where there is none. */
  newestRow(): Promise<number | null>;
}

/** Sets a new limiter's counters to where the log's last hour leaves them; a little more of it, as the oldest part counts whole. */
export async function seedLimiter(
  limiter: Limiter,
  from: {
    read: Reader['read'];
    log: CountedLog;
    /** With the machine's monotonic time. */
    clock: Clock;
    /** What the limiter's time is ahead of that: whole milliseconds. */
    origin?: number;
    question(tokenId: string): LimitQuestion;
  },
): Promise<void> {
  const { clock, log, read, origin = 0 } = from;
  const now = { wall: clock.now(), monotonic: Math.floor(clock.monotonic()) };
  const stretches = wallStretches(await read(readClockMarks()), now, await log.newestRow());
  const resets = new Map((await read(readResets())).map((reset) => [reset.target, resetTime(reset, now)]));
  const oldest = now.monotonic - (HOUR * 61) / 60;
  const since = Math.min(...stretches.map(({ from, offset }) => Math.max(from, oldest) + offset));
  await log.counted(since, (tokenId, count) => {
    const resetOf = (owner: LimitOwner) =>
      resets.get(owner === 'instance' ? 'instance' : tokenId) ?? Number.NEGATIVE_INFINITY;
    const admitted = (from: number, to: number, owner: LimitOwner): number => {
      const begin = Math.max(from, resetOf(owner));
      let sum = 0;
      for (const stretch of stretches) {
        const [first, end] = [Math.max(begin, stretch.from), Math.min(to, stretch.to)];
        if (first < end) sum += count(first + stretch.offset, end + stretch.offset);
      }
      return sum;
    };
    const shifted = (from: number, to: number, owner: LimitOwner): number =>
      admitted(from - origin, to - origin, owner);
    limiter.seed(from.question(tokenId), shifted, now.monotonic + origin);
  });
}
