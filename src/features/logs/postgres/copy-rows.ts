import { pipeline } from 'node:stream/promises';
import type { ClientBase } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Journalled } from '../journal-batch.ts';
import { partitionOf } from './partitions.ts';

/** A row with the id that it gets. */
export interface NumberedRow {
  readonly id: number;
  readonly entry: Journalled;
}

/** Copies rows into their day's table, in the caller's transaction. */
export async function copyRows(
  client: ClientBase,
  day: number,
  gateway: number,
  rows: readonly NumberedRow[],
): Promise<void> {
  const into = client.query(
    copyFrom(
      `COPY ${partitionOf(day)} (day, id, gateway, token_id, endpoint, tag, status, reason, counted, detail) FROM STDIN`,
    ),
  );
  await pipeline([Buffer.from(rows.map((row) => lineOf(day, gateway, row)).join(''))], into);
}

function lineOf(day: number, gateway: number, { id, entry: { record, json } }: NumberedRow): string {
  const { tokenId, endpoint, tag, status, reason, counted } = record;
  const texts = [tokenId, endpoint, endpoint === null ? null : tag].map(copied).join('\t');
  return `${day}\t${id}\t${gateway}\t${texts}\t${status}\t${copied(reason)}\t${counted ? 't' : 'f'}\t${copied(json)}\n`;
}

const ESCAPES: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as COPY reads it. */
const copied = (text: string | null): string =>
  text === null ? '\\N' : text.replace(/[\\\n\r\t]/g, (one) => ESCAPES[one] as string);
