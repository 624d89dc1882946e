import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { fold } from '../../../base/log-query/pattern.ts';
import { parseAddress } from '../../ip-rules/addresses.ts';
import type { Journalled } from '../journal-batch.ts';
import { partitionOf } from './partitions.ts';
import { STORED_NUL } from './stored-text.ts';

/** A row with the id that it gets. */
export interface NumberedRow {
  readonly id: number;
  readonly entry: Journalled;
}

const COLUMNS = [
  ...['day', 'id', 'gateway', 'token_id', 'token_name', 'user_id', 'user_name', 'endpoint', 'tag', 'method'],
  ...[
    'status',
    'reason',
    'counted',
    'address',
    'ip',
    'duration_ms',
    'bytes_in',
    'bytes_out',
    'path',
    'agent',
  ],
  'detail',
];

/** Copies rows into their day's table, in the caller's transaction. */
export async function copyRows(
  client: ClientBase,
  day: number,
  gateway: number,
  rows: readonly NumberedRow[],
): Promise<void> {
  const into = client.query(copyFrom(`COPY ${partitionOf(day)} (${COLUMNS.join(', ')}) FROM STDIN`));
  await pipeline([Buffer.from(rows.map((row) => lineOf(day, gateway, row)).join(''))], into);
}

function lineOf(day: number, gateway: number, { id, entry: { record, json } }: NumberedRow): string {
  const { query, status, durationMs } = record;
  return `${[
    `${day}\t${id}\t${gateway}`,
    copied(record.tokenId),
    copied(record.tokenName ?? ''),
    // Records of old, and of tests, may lack what is after this.
    copied(record.userId ?? null),
    copied(record.userName ?? ''),
    copied(record.endpoint),
    copied(record.tag),
    copied(record.method ?? ''),
    status,
    copied(record.reason),
    record.counted ? 't' : 'f',
    copied(record.address),
    copied(ipOf(record.address)),
    durationMs,
    record.bytesIn ?? 0,
    record.bytesOut ?? 0,
    copied(fold(query ? `${record.path}?${query}` : (record.path ?? ''))),
    copied(fold(record.userAgent ?? '')),
    copied(json),
  ].join('\t')}\n`;
}

/** The address as Postgres compares it with ranges; null where it is none. */
function ipOf(address: string): string | null {
  const parsed = parseAddress(address);
  return parsed.ok ? parsed.canonical : null;
}

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': STORED_NUL,
};

/** A text as COPY reads it. */
const copied = (text: string | null): string =>
  text === null ? '\\N' : text.replace(/[\\\n\r\t\0]/g, (one) => ESCAPES[one] as string);
