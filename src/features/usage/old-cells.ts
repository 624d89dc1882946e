import { MINUTE } from '../../base/clock.ts';
import type { Kind } from './cell.ts';
import { ALL_TOKENS, cellId, QUARTER } from './cell-id.ts';
import { type CellSums, cellIn } from './cell-sums.ts';
import { addCells, addToGrain, ask, rollUp, type Writing } from './writing.ts';

/** A row of the roll-ups of earlier releases: '*' is all tokens, '' none. Of durations there is only the sum. */
export interface OldRow {
  readonly token_id: string;
  readonly bucket: number;
  readonly endpoint: string;
  readonly status: number;
  readonly reason: string;
  readonly count: number;
  readonly duration_us: number;
}

/** The tables they were in. Quarters first: what they have, minutes need not be rolled up for. */
export const OLD_GRAINS = { quarter: QUARTER, minute: MINUTE } as const;
export type OldGrain = keyof typeof OLD_GRAINS;

/** So many rows are taken over in one transaction. */
export const OLD_ROWS = 20_000;

/** Rows that were read in order, without the last bucket's: some of them may not have been read. */
export function wholeBuckets(rows: readonly OldRow[]): readonly OldRow[] {
  const last = rows.at(-1);
  if (last === undefined || rows.length < OLD_ROWS) return rows;
  return rows.slice(
    0,
    rows.findIndex(({ token_id, bucket }) => token_id === last.token_id && bucket === last.bucket),
  );
}

/** Before rows are taken over: what the quarters do not have yet up to the end of the newest, they will get from rows. */
export function* prepareForOldRows(newestQuarter: number): Writing<void> {
  const end = newestQuarter + QUARTER;
  yield* rollUp(end, Number.POSITIVE_INFINITY);
  const cursors = yield* ask('cursors', null);
  const to = cellId(QUARTER, end, ALL_TOKENS);
  if (to > (cursors.get(QUARTER) as number)) yield* ask('move', { grain: QUARTER, to });
}

/** Takes rows over, as cells of their grain. */
export function* addOldRows(grain: OldGrain, rows: readonly OldRow[]): Writing<void> {
  const texts = new Set(rows.flatMap(({ token_id, endpoint, reason }) => [token_id, endpoint, reason]));
  texts.delete(OLD_ALL_TOKENS);
  const numbers = yield* ask('numbers', [...texts]);
  const numberOf = (text: string) => numbers.get(text) ?? ALL_TOKENS;
  const kinds = new Map<string, Kind>();
  const cells = new Map<number, CellSums>();
  for (const { token_id, bucket, endpoint, status, reason, count, duration_us } of rows) {
    const cell = cellIn(cells, OLD_GRAINS[grain], bucket, numberOf(token_id));
    const name = `${endpoint}\n${status}\n${reason}`;
    const kind = kinds.get(name) ?? { endpoint: numberOf(endpoint), status, reason: numberOf(reason) };
    kinds.set(name, kind);
    // Several rows may differ in their tag alone.
    const sums = cell.byKind.get(kind) ?? { kind, count: 0, durationUs: 0, bins: [] };
    cell.byKind.set(kind, sums);
    sums.count += count;
    sums.durationUs += duration_us;
  }
  const made = [...cells.values()].sort((a, b) => a.id - b.id);
  // The quarters have their minutes from rows of their own.
  if (grain === 'minute') yield* addToGrain(made);
  else yield* addCells(QUARTER, made);
}

const OLD_ALL_TOKENS = '*';
