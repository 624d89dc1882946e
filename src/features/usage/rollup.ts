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
}

interface Row {
  token: string;
  bucket: number;
  request: Counted;
  count: number;
  durationUs: number;
}

/** Adds requests to the roll-ups of both grains, in the caller's transaction. */
export function addToRollups(file: SqliteFile, requests: readonly Counted[]): void {
  for (const grain of Object.keys(GRAINS) as Grain[]) {
    const upsert = file.prepare(
      `INSERT INTO ${grain} (token_id, bucket, endpoint, tag, status, reason, count, duration_us)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET count = count + excluded.count, duration_us = duration_us + excluded.duration_us`,
    );
    for (const row of sumUp(requests, GRAINS[grain])) {
      const { endpoint, tag, status, reason } = row.request;
      upsert.run(
        row.token,
        row.bucket,
        endpoint ?? '',
        tag ?? '',
        status,
        reason ?? '',
        row.count,
        row.durationUs,
      );
    }
  }
}

/** Sums up in memory first: an upsert per request would halve the writer's speed. */
function sumUp(requests: readonly Counted[], length: number): Iterable<Row> {
  const rows = new Map<string, Row>();
  for (const request of requests) {
    const bucket = request.time - (request.time % length);
    const alike = `${bucket}\n${request.endpoint}\n${request.tag}\n${request.status}\n${request.reason}`;
    const durationUs = Math.round(request.durationMs * 1_000);
    for (const token of [request.tokenId ?? '', ALL_TOKENS]) {
      const key = `${token}\n${alike}`;
      const row = rows.get(key);
      if (row) {
        row.count++;
        row.durationUs += durationUs;
      } else rows.set(key, { token, bucket, request, count: 1, durationUs });
    }
  }
  return rows.values();
}
