import type { SqliteFile } from '../../db/open.ts';
import { type Position, START } from './segments.ts';

/**
 * How far a reader has come in the journal is kept in the file that it fills, in the transaction that fills it. The
 * table is the same everywhere; in the main file a migration makes it.
 */
export const POSITION_TABLE = `CREATE TABLE IF NOT EXISTS journal_position (
  reader TEXT PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;

export type Reader = 'rows' | 'usage' | 'token_use';

export const readPosition = (file: SqliteFile, reader: Reader): Position =>
  file
    .prepare<[string], Position>('SELECT segment, offset FROM journal_position WHERE reader = ?')
    .get(reader) ?? START;

export function writePosition(file: SqliteFile, reader: Reader, position: Position): void {
  file
    .prepare('INSERT OR REPLACE INTO journal_position (reader, segment, offset) VALUES (?, ?, ?)')
    .run(reader, position.segment, position.offset);
}
