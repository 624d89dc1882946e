import { MINUTE } from '../../base/clock.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import { type Kind, readDetail } from './cell.ts';
import {
  ALL_TOKENS,
  type Cursors,
  cellId,
  cover,
  cursorsFrom,
  QUARTER,
  startOfCell,
  TOKEN_OF_ID,
} from './cell-id.ts';
import type { UsageSummary } from './contract.ts';
import { rangeBefore, type UsageRange, type UsageSeries } from './grain.ts';
import { shownEndpoints, shownReasons, shownTotals } from './shown.ts';
import { RELATIVE_ERROR } from './sketch.ts';
import { Tally } from './tally.ts';

/**
 * Sums up a range for one token, or for all (null). Every point of the series is there, with zero if nothing was.
 * @param compare also with the range before
 */
export function* summarise(
  tokenId: string | null,
  series: UsageSeries,
  compare: boolean,
): Reads<UsageSummary> {
  const token = tokenId === null ? ALL_TOKENS : yield* readNumber(tokenId);
  const cursors = yield* readCursors();
  return {
    ...(yield* readTotalsOf(token, series, cursors)),
    ...(yield* readKinds(token, series, cursors)),
    grainMinutes: series.grain / MINUTE,
    zone: series.zone,
    seriesMinutes: series.seriesMinutes,
    percentileError: RELATIVE_ERROR,
    previous: compare ? yield* readTotalsOf(token, rangeBefore(series), cursors) : null,
  };
}

/** The number of a token; null where it has no requests. */
function* readNumber(tokenId: string): Reads<number | null> {
  const [row] = yield* rowsOf<{ id: number }>('SELECT id FROM label WHERE text = ?', tokenId);
  return row?.id ?? null;
}

/** Up to where there are cells of each grain; of minutes, up to the newest, or where it was forgotten up to its quarter. */
export function* readCursors(): Reads<Cursors> {
  const rows = yield* rowsOf<{ grain: number; cell: number }>(
    `SELECT grain, cell FROM rolled_up UNION ALL
     SELECT ${MINUTE}, coalesce(max(id) + 1, 0) FROM rollup WHERE id < ?`,
    cellId(QUARTER, 0, ALL_TOKENS),
  );
  const cursors = cursorsFrom(rows);
  const quarters = startOfCell(cursors.get(QUARTER) as number) + QUARTER;
  const minutes = Math.max(cursors.get(MINUTE) as number, cellId(MINUTE, quarters, ALL_TOKENS));
  return new Map([...cursors, [MINUTE, minutes]]);
}

/** Looks cells up by their ids, which are in JSON. */
const CELLS = `FROM json_each(?) wanted CROSS JOIN rollup r WHERE r.id = CAST(wanted.value AS BIGINT)`;

/** What came of the requests of a range, point by point. */
function* readTotalsOf(
  token: number | null,
  series: UsageSeries,
  cursors: Cursors,
): Reads<NonNullable<UsageSummary['previous']>> {
  const { points } = series;
  const tallies = points.slice(1).map(() => new Tally());
  const pointOf = new Map<number, Tally>();
  if (token !== null)
    for (const [at, tally] of tallies.entries())
      for (const id of cover(points[at] as number, points[at + 1] as number, token, cursors))
        pointOf.set(id, tally);
  const rows = yield* rowsOf<{ id: number; volume: Uint8Array }>(
    `SELECT r.id, r.volume ${CELLS}`,
    JSON.stringify([...pointOf.keys()]),
  );
  for (const { id, volume } of rows) pointOf.get(id)?.addVolume(volume);
  return shownTotals(series, tallies);
}

/** What the requests of a range were for, and why they failed; most first. */
function* readKinds(
  token: number | null,
  { from, to }: UsageRange,
  cursors: Cursors,
): Reads<Pick<UsageSummary, 'byReason' | 'byEndpoint'>> {
  const rows = yield* rowsOf<{ detail: Uint8Array }>(
    `SELECT r.detail ${CELLS}`,
    JSON.stringify(token === null ? [] : cover(from, to, token, cursors)),
  );
  const byEndpoint = new Map<number, Tally>();
  const byReason = new Map<string, Kind & { count: number }>();
  for (const { detail } of rows)
    readDetail(detail, (kind, count, durationUs) => {
      const key = `${kind.reason} ${kind.status}`;
      const known = byReason.get(key);
      if (known) known.count += count;
      else byReason.set(key, { ...kind, count });
      const tally = byEndpoint.get(kind.endpoint) ?? new Tally();
      byEndpoint.set(kind.endpoint, tally);
      return tally.addSums(kind.status, count, durationUs);
    });
  const reasons = [...byReason.values()];
  const textOf = yield* readTexts([...byEndpoint.keys(), ...reasons.map(({ reason }) => reason)]);
  return {
    byReason: shownReasons(
      reasons.map(({ reason, status, count }) => ({ reason: textOf(reason), status, count })),
    ),
    byEndpoint: shownEndpoints([...byEndpoint].map(([endpoint, tally]) => [textOf(endpoint), tally])),
  };
}

function* readTexts(numbers: readonly number[]): Reads<(number: number) => string> {
  const rows = yield* rowsOf<{ id: number; text: string }>(
    'SELECT l.id, l.text FROM json_each(?) wanted CROSS JOIN label l WHERE l.id = CAST(wanted.value AS BIGINT)',
    JSON.stringify([...new Set(numbers)]),
  );
  const texts = new Map(rows.map(({ id, text }) => [id, text]));
  return (number) => texts.get(number) ?? '';
}

/** How many requests there were from `from` until before `to`, both on the minute. */
export function* countRequests(from: number, to: number): Reads<number> {
  const cells = cover(from, to, ALL_TOKENS, yield* readCursors());
  const [row] = yield* rowsOf<{ total: number | null }>(
    `SELECT sum(r.count) AS total ${CELLS}`,
    JSON.stringify(cells),
  );
  return row?.total ?? 0;
}

/** How many requests each of these tokens made in a range. */
export function* readTotals(
  tokenIds: readonly string[],
  { from, to }: UsageRange,
): Reads<{ tokenId: string; total: number }[]> {
  const cursors = yield* readCursors();
  const tokens = yield* rowsOf<{ id: number; text: string }>(
    'SELECT l.id, l.text FROM json_each(?) wanted CROSS JOIN label l WHERE l.text = wanted.value',
    JSON.stringify(tokenIds),
  );
  const cells = tokens.flatMap(({ id }) => cover(from, to, id, cursors));
  const rows = yield* rowsOf<{ token: number; total: number }>(
    `SELECT ${TOKEN_OF_ID} AS token, sum(r.count) AS total ${CELLS} GROUP BY token`,
    JSON.stringify(cells),
  );
  const totals = new Map(rows.map(({ token, total }) => [token, total]));
  const totalOf = new Map(tokens.map(({ id, text }) => [text, totals.get(id)]));
  return tokenIds.map((tokenId) => ({ tokenId, total: totalOf.get(tokenId) ?? 0 }));
}

/**
 * The endpoints (as "GET /v1/shifts/{id}") that each of these tokens used, by its id, as far back as roll-ups go. What the
 * gateway denied or limited is no use.
 */
export function* endpointsUsed(tokenIds: readonly string[]): Reads<Map<string, string[]>> {
  const rows = yield* rowsOf<{ tokenId: string; endpoint: string }>(
    `SELECT token.text AS "tokenId", endpoint.text AS endpoint
     FROM json_each(?) wanted CROSS JOIN label token
     JOIN endpoint_use used ON used.token = token.id JOIN label endpoint ON endpoint.id = used.endpoint
     WHERE token.text = wanted.value AND endpoint.text <> ''`,
    JSON.stringify(tokenIds),
  );
  const used = new Map<string, string[]>(tokenIds.map((tokenId) => [tokenId, []]));
  for (const { tokenId, endpoint } of rows) used.get(tokenId)?.push(endpoint);
  return used;
}
