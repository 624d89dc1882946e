import { existsSync, statSync } from 'node:fs';
import { takeFileLock } from '../../db/file-lock.ts';
import { Ingester } from './ingest.ts';
import { journalFolder } from './paths.ts';
import { listSegments, segmentPath } from './segments.ts';

/**
 * Brings the journal in where no gateway runs on the instance, so that what is read next is complete; beside a
 * running gateway, whose writer is at most a second behind, it does nothing.
 * @returns whether all that there was is brought in
 */
export function ingestIfIdle(instanceFile: string): boolean {
  if (!existsSync(journalFolder(instanceFile))) return true;
  const lock = takeFileLock(instanceFile);
  if (!lock) return false;
  try {
    const ingester = new Ingester(instanceFile);
    try {
      ingester.drain();
    } finally {
      ingester.close();
    }
    return true;
  } finally {
    lock.release();
  }
}

/** A text that is another after anything was journalled, or brought in. */
export function journalState(instanceFile: string): string {
  const folder = journalFolder(instanceFile);
  const segments = listSegments(folder);
  const last = segments.at(-1);
  const size = last === undefined ? 0 : statSync(segmentPath(folder, last), { throwIfNoEntry: false })?.size;
  return `${segments.join()} ${size}`;
}
