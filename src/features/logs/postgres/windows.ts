import { DAY, MINUTE } from '../../../base/clock.ts';
import { listPartitions } from './partitions.ts';
import type { Queries } from './queries.ts';

/** A stretch of time in Unix milliseconds; `to` is not part of it. */
export type Span = readonly [from: number, to: number];

/** What one step is to take, in milliseconds; a step that took less is followed by a longer one. */
const STEP_MS = 60;
const FIRST_STEP = MINUTE;
const GROWTH = 4;

/** The part of a span of which there are rows, by the days that have a table; null where there is none. */
export async function spanOfRows(pool: Queries, [from, to]: Span): Promise<Span | null> {
  const days = await listPartitions(pool);
  const [newest, oldest] = [days[0], days.at(-1)];
  if (newest === undefined || oldest === undefined) return null;
  const span: Span = [Math.max(from, oldest * DAY), Math.min(to, (newest + 1) * DAY)];
  return span[0] < span[1] ? span : null;
}

/**
 * A span in three parts: a day at the end that is asked for first, the week behind it, the rest. Postgres plans a walk
 * along an index anew for each day there is, which of many walks costs more than the walks; most end in the first part.
 */
export function partsOf([from, to]: Span, order: 'newest' | 'oldest'): Span[] {
  const cuts = [DAY, 8 * DAY].map((length) =>
    order === 'newest' ? Math.max(from, to - length) : Math.min(to, from + length),
  );
  const [near, far] = cuts as [number, number];
  const parts: Span[] =
    order === 'newest'
      ? [
          [near, to],
          [far, near],
          [from, far],
        ]
      : [
          [from, near],
          [near, far],
          [far, to],
        ];
  return parts.filter(([low, high]) => low < high);
}

/**
 * A span in steps from one end to the other, each as long as keeps it short: what happens to a step before the next is
 * asked for tells how many rows there are.
 */
export function* stepsOf(
  [from, to]: Span,
  order: 'newest' | 'oldest',
  now: () => number,
): Generator<Span, void> {
  let length = FIRST_STEP;
  for (let [low, high] = [from, to]; low < high; ) {
    const step: Span =
      order === 'newest' ? [Math.max(low, high - length), high] : [low, Math.min(high, low + length)];
    const began = now();
    yield step;
    const took = now() - began;
    if (took < STEP_MS / 2) length *= GROWTH;
    else if (took > STEP_MS * 2) length = Math.max(MINUTE / 60, length / 2);
    if (order === 'newest') high = step[0];
    else low = step[1];
  }
}
