import { DAY } from '../../base/clock.ts';
import type { DayColumns } from './columns/day.ts';
import type { DayReader } from './day-reader.ts';
import type { CountBetween } from './log-store.ts';
import { dayOf } from './row-ids.ts';

/**
 * Gives `take` each token with requests since `since` (Unix milliseconds) that counted against the limits, once for
 * each UTC day: a gateway that starts sets its counters by them. Holds four bytes a request of one day.
 */
export function readCounted(
  reader: DayReader,
  since: number,
  take: (tokenId: string, count: CountBetween) => void,
): void {
  for (const day of reader.days('oldest', dayOf(since))) {
    const start = day.day * DAY;
    for (const [tokenId, times] of timesByToken(day, Math.max(0, since - start))) {
      times.sort();
      const before = (time: number) => countBefore(times, time - start);
      take(tokenId, (from, to) => Math.max(0, before(to) - before(from)));
    }
  }
}

/** When each token's requests arrived that counted, since `from`: milliseconds since the day began, in no order. */
function timesByToken(day: DayColumns, from: number): Map<string, Uint32Array> {
  const times = new Map<string, { all: Uint32Array; length: number }>();
  for (const block of day.blocks) {
    if (block.last < from) continue;
    const columns = day.columns(block);
    for (let at = 0; at < columns.rows; at++) {
      const time = columns.times[at] as number;
      if (time < from) continue;
      const group = day.groups[columns.groups[at] as number];
      if (!group?.counted || group.tokenId === null) continue;
      let known = times.get(group.tokenId);
      if (known === undefined) {
        known = { all: new Uint32Array(64), length: 0 };
        times.set(group.tokenId, known);
      }
      if (known.length === known.all.length) {
        const larger = new Uint32Array(known.length * 2);
        larger.set(known.all);
        known.all = larger;
      }
      known.all[known.length++] = time;
    }
  }
  return new Map([...times].map(([tokenId, { all, length }]) => [tokenId, all.subarray(0, length)]));
}

/** How many of the sorted times are before `time`. */
function countBefore(times: Uint32Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
