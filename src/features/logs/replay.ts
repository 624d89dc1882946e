import { existsSync } from 'node:fs';
import { takeFileLock } from '../../db/file-lock.ts';
import { Ingester } from './ingest.ts';
import { journalFolder } from './paths.ts';

/**
 * Brings the journal in where no gateway runs on the instance, so that what is read next is complete; beside a
 * running gateway, whose writer is at most a second behind, it does nothing.
 */
export function ingestIfIdle(instanceFile: string): void {
  if (!existsSync(journalFolder(instanceFile))) return;
  const lock = takeFileLock(instanceFile);
  if (!lock) return;
  try {
    const ingester = new Ingester(instanceFile);
    try {
      ingester.drain();
    } finally {
      ingester.close();
    }
  } finally {
    lock.release();
  }
}
