import type { Place } from '../cursor.ts';
import { ID_STEP } from '../row-ids.ts';
import type { Summary } from './block.ts';
import type { DayColumns } from './day.ts';
import type { Narrowed } from './narrow.ts';

/** A row that was found: its place in the order of time, and where its record is. */
export interface FoundRow extends Required<Place> {
  /** Which row of its block it is. */
  readonly at: number;
  readonly offset: number;
  readonly length: number;
}

/** The rows of a block that the columns let through, by their number in the block. */
export function matchesOf(day: DayColumns, block: Summary, narrowed: Narrowed): number[] {
  const columns = day.columns(block);
  const { rows, times, groups, addresses } = columns;
  const { from, to, groups: group, addresses: address, duration } = narrowed;
  const durations = duration === null ? null : columns.durations;
  const found: number[] = [];
  for (let at = 0; at < rows; at++) {
    if (group !== null && group[groups[at] as number] !== 1) continue;
    const time = times[at] as number;
    if (time < from || time >= to) continue;
    if (address !== null && address[addresses[at] as number] !== 1) continue;
    if (durations !== null && !duration?.(durations[at] as number)) continue;
    found.push(at);
  }
  return found;
}

/** Where these rows of a block are. */
export function placesOf(day: DayColumns, block: Summary, rows: readonly number[]): FoundRow[] {
  if (rows.length === 0) return [];
  const { times } = day.columns(block);
  const { segments, offsets, lengths } = day.places(block);
  return rows.map((at) => {
    const offset = offsets[at] as number;
    return {
      day: day.day,
      id: (times[at] as number) * ID_STEP + (offset % ID_STEP),
      segment: segments[at] as number,
      at,
      offset,
      length: lengths[at] as number,
    };
  });
}
