import { existsSync } from 'node:fs';
import { openSqlite } from '../../db/open.ts';
import { usagePath } from '../usage/usage-file.ts';
import { listKeptSegments } from './kept-segments.ts';
import { journalFolder } from './paths.ts';
import { type Reader, readPosition } from './position.ts';
import { isBefore, listSegments, type Position, START } from './segments.ts';

/** The number of the last segment that there is or was: those that are kept, and what readers have recorded, count, too. */
export const lastSegment = (instanceFile: string): number =>
  Math.max(
    listSegments(journalFolder(instanceFile)).at(-1) ?? 0,
    listKeptSegments(instanceFile).at(-1) ?? 0,
    furthestPosition(instanceFile).segment,
  );

/** The furthest position that the roll-ups or the main file have recorded; START where there is neither. */
function furthestPosition(instanceFile: string): Position {
  const usage = recorded(usagePath(instanceFile), 'usage');
  const tokenUse = recorded(instanceFile, 'token_use');
  return isBefore(usage, tokenUse) ? tokenUse : usage;
}

function recorded(path: string, reader: Reader): Position {
  if (!existsSync(path)) return START;
  const file = openSqlite(path);
  try {
    const has = file.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'journal_position'").get();
    return has ? readPosition(file, reader) : START;
  } finally {
    file.close();
  }
}
