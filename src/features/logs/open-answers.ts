import type { SqliteFile } from '../../db/open.ts';
import type { Journalled } from './journal-batch.ts';
import { parseRecord } from './parse-record.ts';
import type { Position } from './segments.ts';

/**
 * Streamed answers that have begun and not ended, as of the roll-ups' journal position: their first line is kept here,
 * so that the journal's segment may go while they last. In usage.db, in the transaction that moves the position.
 */
export const OPEN_ANSWERS_TABLE = `CREATE TABLE IF NOT EXISTS open_answer (
  request_id TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL, json TEXT NOT NULL
) STRICT, WITHOUT ROWID`;

/** Keeps those that were opened, but for those that `ended` has the end of; forgets those that it ends. */
export function recordOpenAnswers(
  file: SqliteFile,
  opened: readonly Journalled[],
  ended: readonly Journalled[],
): void {
  const done = ended.filter(({ record }) => record.phase === 'complete');
  const whole = new Set(done.map(({ record }) => record.requestId));
  const open = opened.filter(({ record }) => !whole.has(record.requestId));
  if (open.length > 0) {
    const insert = file.prepare('INSERT OR REPLACE INTO open_answer VALUES (?, ?, ?, ?)');
    for (const { at, json, record } of open) insert.run(record.requestId, at.segment, at.offset, json);
  }
  forgetOpenAnswers(file, done);
}

export function forgetOpenAnswers(file: SqliteFile, entries: readonly Journalled[]): void {
  if (entries.length === 0) return;
  const remove = file.prepare('DELETE FROM open_answer WHERE request_id = ?');
  for (const { record } of entries) remove.run(record.requestId);
}

/** Those whose first line is in a segment up to `endedThrough`, as rows that were interrupted. */
export function readOpenAnswers(file: SqliteFile, endedThrough: number): Journalled[] {
  const rows = file
    .prepare<[number], { segment: number; offset: number; json: string }>(
      'SELECT segment, offset, json FROM open_answer WHERE segment <= ? ORDER BY segment, offset',
    )
    .all(endedThrough);
  return rows.flatMap(interruptedAnswer);
}

/** The row of a streamed answer whose process ended before it was whole, from its first line. */
export function interruptedAnswer({
  segment,
  offset,
  json,
}: Position & { readonly json: string }): Journalled[] {
  const interrupted = json.replace('"phase":"open"', '"phase":"interrupted"');
  const record = parseRecord(interrupted);
  return record === null ? [] : [{ at: { segment, offset }, bytes: 0, json: interrupted, record }];
}
