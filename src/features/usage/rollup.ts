import { MINUTE } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { ALL_TOKENS } from './usage-file.ts';

export const QUARTER = 15 * MINUTE;

/** The grains that are rolled up, by the table that holds them; a bucket's length in milliseconds. */
export const GRAINS = { minute: MINUTE, quarter: QUARTER } as const;
export type Grain = keyof typeof GRAINS;

/** What a roll-up takes of a request. */
export interface Counted {
  time: number;
  tokenId: string | null;
  endpoint: string | null;
  tag: string | null;
  status: number;
  reason: string | null;
  durationMs: number;
  /** Which limit on trial would have refused it. */
  trial?: string;
}

interface Row {
  readonly token: string;
  readonly bucket: number;
  readonly request: Counted;
  count: number;
  durationUs: number;
}

/** What a limit on trial would have refused of one token in a quarter hour. */
export interface TrialCount {
  readonly bucket: number;
  readonly tokenId: string;
  readonly refusedBy: string;
  count: number;
}

/** What a roll-up's table has of each row, in the order of its columns. */
export type RollupRow = readonly [
  tokenId: string,
  bucket: number,
  endpoint: string,
  tag: string,
  status: number,
  reason: string,
  count: number,
  durationUs: number,
];

/** What requests add to the roll-ups of both grains, and to what trials would have refused. */
export function rollUp(requests: readonly Counted[]): Record<Grain, RollupRow[]> & { trials: TrialCount[] } {
  const minutes = sumUp(requests);
  return {
    minute: minutes.map(columnsOf),
    quarter: [...widen(minutes)].map(columnsOf),
    trials: sumUpTrials(requests),
  };
}

/** Adds requests to the roll-ups, in the caller's transaction. */
export function addToRollups(file: SqliteFile, requests: readonly Counted[]): void {
  const { minute, quarter, trials } = rollUp(requests);
  write(file, 'minute', minute);
  write(file, 'quarter', quarter);
  // Few requests are refused by a trial, mostly none.
  for (const { bucket, tokenId, refusedBy, count } of trials)
    file
      .prepare(
        `INSERT INTO trial_refusal (bucket, token_id, refused_by, count) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET count = count + excluded.count`,
      )
      .run(bucket, tokenId, refusedBy, count);
}

function sumUpTrials(requests: readonly Counted[]): TrialCount[] {
  const sums = new Map<string, TrialCount>();
  for (const { tokenId, time, trial } of requests) {
    if (trial === undefined || tokenId === null) continue;
    const bucket = time - (time % GRAINS.quarter);
    const key = `${bucket} ${tokenId} ${trial}`;
    const known = sums.get(key);
    if (known) known.count++;
    else sums.set(key, { bucket, tokenId, refusedBy: trial, count: 1 });
  }
  return [...sums.values()];
}

const columnsOf = ({ token, bucket, request, count, durationUs }: Row): RollupRow => {
  const { endpoint, tag, status, reason } = request;
  return [token, bucket, endpoint ?? '', tag ?? '', status, reason ?? '', count, durationUs];
};

function write(file: SqliteFile, grain: Grain, rows: readonly RollupRow[]): void {
  const upsert = file.prepare(
    `INSERT INTO ${grain} (token_id, bucket, endpoint, tag, status, reason, count, duration_us)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, duration_us = duration_us + excluded.duration_us`,
  );
  for (const row of rows) upsert.run(...row);
}

const keyOf = (token: string, bucket: number, { endpoint, tag, status, reason }: Counted): string =>
  `${token}\n${bucket}\n${endpoint}\n${tag}\n${status}\n${reason}`;

/** Sums up in memory first: an upsert per request would halve the writer's speed. */
function sumUp(requests: readonly Counted[]): Row[] {
  const rows = new Map<string, Row>();
  for (const request of requests) {
    const bucket = request.time - (request.time % GRAINS.minute);
    add(rows, request.tokenId ?? '', bucket, request, 1, Math.round(request.durationMs * 1_000));
  }
  for (const { bucket, request, count, durationUs } of [...rows.values()])
    add(rows, ALL_TOKENS, bucket, request, count, durationUs);
  return [...rows.values()];
}

/** The sums of quarters from those of minutes. */
function widen(minutes: readonly Row[]): Iterable<Row> {
  const rows = new Map<string, Row>();
  for (const { token, bucket, request, count, durationUs } of minutes)
    add(rows, token, bucket - (bucket % GRAINS.quarter), request, count, durationUs);
  return rows.values();
}

function add(
  rows: Map<string, Row>,
  token: string,
  bucket: number,
  request: Counted,
  count: number,
  durationUs: number,
): void {
  const key = keyOf(token, bucket, request);
  const row = rows.get(key);
  if (row === undefined) rows.set(key, { token, bucket, request, count, durationUs });
  else {
    row.count += count;
    row.durationUs += durationUs;
  }
}
