import { DAY, HOUR, MINUTE } from '../../base/clock.ts';

export const QUARTER = 15 * MINUTE;

/** The lengths of the periods that are rolled up, each a whole part of the next; milliseconds. */
export const GRAINS = [MINUTE, QUARTER, HOUR, DAY] as const;
export type Grain = (typeof GRAINS)[number];

/** The token of the cells that sum over all tokens, so that a chart of all costs the same as a chart of one. */
export const ALL_TOKENS = 0;

const TOKENS = 2 ** 24;
/** Up to the year 2225. */
const MINUTES = 2 ** 27;

/**
 * The id of the cell of a token's requests in one period: its grain, when it begins, and the token's number, in one
 * number. So the cells of a grain lie in the order of time, and what is written together lies together.
 * @param start Unix milliseconds
 */
export const cellId = (grain: Grain, start: number, token: number): number =>
  (GRAINS.indexOf(grain) * MINUTES + start / MINUTE) * TOKENS + token;

export const tokenOfCell = (id: number): number => id % TOKENS;

/** Unix milliseconds. */
export const startOfCell = (id: number): number => (Math.floor(id / TOKENS) % MINUTES) * MINUTE;

/** When the period of `grain` begins in which a time lies; both Unix milliseconds. */
export const startOf = (grain: Grain, time: number): number => Math.floor(time / grain) * grain;

/** Up to which cell each grain is there: all before it, none from it on. Coarser cells are made of finer ones in time. */
export type Cursors = ReadonlyMap<Grain, number>;

/** @param rows as stored; a grain that is not stored has no cell yet */
export function cursorsFrom(rows: readonly { grain: number; cell: number }[]): Cursors {
  const stored = new Map(rows.map(({ grain, cell }) => [grain, cell]));
  return new Map(GRAINS.map((grain) => [grain, stored.get(grain) ?? cellId(grain, 0, ALL_TOKENS)]));
}

/** In SQL: of which token a cell `r` is, and when its period begins. */
export const TOKEN_OF_ID = `(r.id % ${TOKENS})`;
export const START_OF_ID = `(r.id / ${TOKENS} % ${MINUTES} * ${MINUTE})`;

/** The ids of a grain's cells from `from` until before `to`, of all tokens. */
export const cellsBetween = (grain: Grain, from: number, to: number): [first: number, end: number] => [
  cellId(grain, startOf(grain, from + grain - 1), 0),
  cellId(grain, startOf(grain, to + grain - 1), 0),
];

/** The fewest cells of a token that make up the time from `from` to `to`, of those that are there. */
export function cover(from: number, to: number, token: number, cursors: Cursors): number[] {
  const cells: number[] = [];
  for (let start = from; start < to; ) {
    const minute = cellId(MINUTE, start, token);
    if (minute >= (cursors.get(MINUTE) as number)) break;
    let [grain, cell]: [Grain, number] = [MINUTE, minute];
    for (const coarser of GRAINS.slice(1)) {
      if (start % coarser !== 0 || start + coarser > to) break;
      const made = cellId(coarser, start, token);
      if (made < (cursors.get(coarser) as number)) [grain, cell] = [coarser, made];
    }
    cells.push(cell);
    start += grain;
  }
  return cells;
}
