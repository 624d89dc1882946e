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

/** Adds requests to the roll-ups of both grains, in the caller's transaction. */
export function addToRollups(file: SqliteFile, requests: readonly Counted[]): void {
  const minutes = sumUp(requests);
  write(file, 'minute', minutes);
  write(file, 'quarter', widen(minutes));
  addToTrials(file, requests);
}

/** Few requests are refused by a trial, mostly none. */
function addToTrials(file: SqliteFile, requests: readonly Counted[]): void {
  for (const { tokenId, time, trial } of requests) {
    if (trial === undefined || tokenId === null) continue;
    file
      .prepare(
        `INSERT INTO trial_refusal (bucket, token_id, refused_by, count) VALUES (?, ?, ?, 1)
         ON CONFLICT DO UPDATE SET count = count + 1`,
      )
      .run(time - (time % GRAINS.quarter), tokenId, trial);
  }
}

function write(file: SqliteFile, grain: Grain, rows: Iterable<Row>): void {
  const upsert = file.prepare(
    `INSERT INTO ${grain} (token_id, bucket, endpoint, tag, status, reason, count, duration_us)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, duration_us = duration_us + excluded.duration_us`,
  );
  for (const { token, bucket, request, count, durationUs } of rows) {
    const { endpoint, tag, status, reason } = request;
    upsert.run(token, bucket, endpoint ?? '', tag ?? '', status, reason ?? '', count, durationUs);
  }
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
