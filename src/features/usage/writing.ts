import { MINUTE } from '../../base/clock.ts';
import { addToCell, mergeCells, type StoredCell } from './cell.ts';
import {
  ALL_TOKENS,
  type Cursors,
  cellId,
  GRAINS,
  type Grain,
  startOf,
  startOfCell,
  tokenOfCell,
} from './cell-id.ts';
import {
  type CellSums,
  type Counted,
  dayOfCell,
  type EndpointUse,
  isUse,
  kindsInOrder,
  sumUpMinutes,
  sumUpTrials,
  type TrialCount,
  textsOf,
  widen,
} from './cell-sums.ts';

export interface CellRow extends StoredCell {
  readonly id: number;
}

export interface Stretch {
  readonly first: number;
  readonly end: number;
}

/** What the writer of roll-ups asks of the database, in one transaction. */
export interface Asked {
  /** The numbers of texts; those that have none get one. */
  numbers: { of: readonly string[]; answer: ReadonlyMap<string, number> };
  cells: { of: readonly number[]; answer: ReadonlyMap<number, StoredCell> };
  /** Of each stretch the cells from its first id until before its end, in order. */
  between: { of: readonly Stretch[]; answer: readonly CellRow[] };
  /** Of each stretch the first id that there is. */
  first: { of: readonly Stretch[]; answer: readonly number[] };
  /** Of all grains but the finest. */
  cursors: { of: null; answer: Cursors };
  move: { of: { grain: Grain; to: number }; answer: undefined };
  put: { of: readonly CellRow[]; answer: undefined };
  use: { of: readonly EndpointUse[]; answer: undefined };
  trials: { of: readonly TrialCount[]; answer: undefined };
}
export type Asking = {
  [Name in keyof Asked]: { readonly name: Name; readonly of: Asked[Name]['of'] };
}[keyof Asked];

/**
 * The writing of roll-ups, written once for both engines: what is asked is yielded, and the answer comes back. On an
 * SQLite file it is answered at once, on Postgres it is waited for.
 */
export type Writing<T> = Generator<Asking, T, unknown>;

export function* ask<Name extends keyof Asked>(
  name: Name,
  of: Asked[Name]['of'],
): Writing<Asked[Name]['answer']> {
  return (yield { name, of } as Asking) as Asked[Name]['answer'];
}

/** Beside what a call wrote, so many cells are rolled up in it: behind a rush it catches up soon. */
const MORE_CELLS = 200;

/**
 * Adds requests to the roll-ups. Only minutes are written for each request; coarser cells are made of finer ones once
 * their period is over, a few with each call, so none is written again and again.
 */
export function* addRequests(requests: readonly Counted[]): Writing<void> {
  if (requests.length === 0) return;
  const minutes = sumUpMinutes(requests, yield* ask('numbers', [...textsOf(requests)]));
  yield* addCells(MINUTE, minutes);
  const trials = sumUpTrials(requests);
  if (trials.length > 0) yield* ask('trials', trials);
  const over = Math.min(...minutes.map(({ start }) => start));
  yield* rollUp(over, minutes.length * 2 + MORE_CELLS);
}

/** Adds to the cells of a grain. What is late is also added to the coarser cells that were made already. */
export function* addCells(grain: Grain, cells: readonly CellSums[]): Writing<void> {
  yield* addToGrain(cells);
  const cursors = yield* ask('cursors', null);
  for (const [coarser, cursor] of cursors) {
    if (coarser <= grain) continue;
    const late = cells.filter(({ start, token }) => cellId(coarser, startOf(coarser, start), token) < cursor);
    if (late.length > 0) yield* addToGrain(widen(late, coarser));
  }
}

/** Adds to the cells of one grain alone. */
export function* addToGrain(cells: readonly CellSums[]): Writing<void> {
  const stored = yield* ask(
    'cells',
    cells.map(({ id }) => id),
  );
  const uses = new Map<number, EndpointUse>();
  const rows = cells.map((cell) => {
    const { id, token } = cell;
    const used = { token, day: dayOfCell(cell) };
    const added = addToCell(stored.get(id), kindsInOrder(cell), (kind) => {
      if (token !== ALL_TOKENS && isUse(kind))
        uses.set(token * 2 ** 24 + kind.endpoint, { ...used, endpoint: kind.endpoint });
    });
    return { id, ...added };
  });
  yield* ask('put', rows);
  if (uses.size > 0) yield* ask('use', [...uses.values()]);
}

/**
 * Makes coarser cells of finer ones, for periods that end at `before` or earlier.
 * @param most how many finer cells may be read
 * @returns false where there is more to do
 */
export function* rollUp(before: number, most: number): Writing<boolean> {
  const cursors = new Map(yield* ask('cursors', null));
  let left = most;
  for (const [at, grain] of GRAINS.entries()) {
    const finer = GRAINS[at - 1];
    if (finer === undefined) continue;
    // Finer cells are complete up to their own cursor.
    const complete = finer === MINUTE ? before : Math.min(before, startOfCell(cursors.get(finer) as number));
    const end = cellId(grain, startOf(grain, complete), ALL_TOKENS);
    for (let cursor = cursors.get(grain) as number; cursor < end; ) {
      if (left <= 0) return false;
      const made = yield* rollUpSome(grain, finer, cursor, end);
      left -= made.read;
      cursor = made.cursor;
      cursors.set(grain, cursor);
      yield* ask('move', { grain, to: cursor });
    }
  }
  return true;
}

/** Of so many tokens the cells of a period are made at once, so that memory does not depend on how many there are. */
const TOKENS_AT_ONCE = 512;

/** Makes the next coarser cells from `cursor` on: of a period some tokens'. */
function* rollUpSome(
  grain: Grain,
  finer: Grain,
  cursor: number,
  end: number,
): Writing<{ cursor: number; read: number }> {
  // Periods without a request are skipped.
  const from = cellId(finer, startOfCell(cursor), tokenOfCell(cursor));
  const [next] = yield* ask('first', [{ first: from, end: cellId(finer, startOfCell(end), ALL_TOKENS) }]);
  if (next === undefined) return { cursor: end, read: 0 };
  const start = startOf(grain, startOfCell(next));
  const token = start === startOfCell(cursor) ? tokenOfCell(cursor) : ALL_TOKENS;
  const upTo = token + TOKENS_AT_ONCE;
  const starts = Array.from({ length: grain / finer }, (_, at) => start + at * finer);
  const finerCells = yield* ask(
    'between',
    starts.map((at) => ({ first: cellId(finer, at, token), end: cellId(finer, at, upTo) })),
  );
  const byToken = Map.groupBy(finerCells, ({ id }) => tokenOfCell(id));
  const rows = [...byToken].map(([of, cells]) => ({ id: cellId(grain, start, of), ...mergeCells(cells) }));
  yield* ask(
    'put',
    rows.sort((a, b) => a.id - b.id),
  );
  const further = yield* ask(
    'first',
    starts.map((at) => ({ first: cellId(finer, at, upTo), end: cellId(finer, at + finer, ALL_TOKENS) })),
  );
  const more = further.length === 0 ? null : Math.min(...further.map(tokenOfCell));
  return {
    cursor: more === null ? cellId(grain, start + grain, ALL_TOKENS) : cellId(grain, start, more),
    read: finerCells.length,
  };
}
