import { HOUR, MINUTE } from '../../base/clock.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import {
  ALL_TOKENS,
  cellId,
  QUARTER,
  START_OF_ID,
  startOf,
  startOfCell,
  TOKEN_OF_ID,
  tokenOfCell,
} from './cell-id.ts';
import { readCursors } from './store.ts';

const HOURS = 24;

/** Requests an hour of each token in the 24 hours up to `now`, oldest first; hours end with a quarter hour. */
export function* readSparklines(now: number): Reads<{ tokenId: string; counts: number[] }[]> {
  const to = startOf(QUARTER, now) + QUARTER;
  const from = to - HOURS * HOUR;
  const cursors = yield* readCursors();
  const first = cellId(QUARTER, from, ALL_TOKENS);
  // Of quarters those that were made, and the minutes of all others.
  const made = Math.min(Math.max(cursors.get(QUARTER) as number, first), cellId(QUARTER, to, ALL_TOKENS));
  const rest = startOfCell(made);
  const rows = yield* rowsOf<{ tokenId: string; hour: number; count: number }>(
    `SELECT l.text AS "tokenId", CAST((c.start - ?) / ? AS INTEGER) AS hour, CAST(sum(c.count) AS BIGINT) AS count FROM (
       SELECT ${TOKEN_OF_ID} AS token, ${START_OF_ID} AS start, r.count FROM rollup r WHERE r.id >= ? AND r.id < ?
       UNION ALL
       SELECT ${TOKEN_OF_ID}, ${START_OF_ID}, r.count FROM rollup r WHERE r.id >= ? AND r.id < ?
         AND (${TOKEN_OF_ID} >= ? OR ${START_OF_ID} >= ?)
     ) c JOIN label l ON l.id = c.token WHERE l.text <> '' GROUP BY l.text, hour ORDER BY l.text`,
    from,
    HOUR,
    first,
    made,
    cellId(MINUTE, rest, ALL_TOKENS),
    cellId(MINUTE, to, ALL_TOKENS),
    tokenOfCell(made),
    rest + QUARTER,
  );
  const lines = new Map<string, number[]>();
  for (const { tokenId, hour, count } of rows) {
    const counts = lines.get(tokenId) ?? Array.from({ length: HOURS }, () => 0);
    counts[hour] = count;
    lines.set(tokenId, counts);
  }
  return [...lines].map(([tokenId, counts]) => ({ tokenId, counts }));
}
