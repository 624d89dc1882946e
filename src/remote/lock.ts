import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../base/clock.ts';
import { takeFileLock } from '../db/file-lock.ts';

/** How long a renewal that hangs can hold up others, in milliseconds. */
const PATIENCE = 20 * SECOND;
const TRY_EVERY = 50;

/**
 * Does `work` while no other process of this user renews a credential: a refresh credential that two processes show ends
 * the session of both. After 20 s it is done all the same.
 */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const path = join(homedir(), '.gatehouse-sign-in');
  for (let waited = 0; ; waited += TRY_EVERY) {
    const lock = takeFileLock(path);
    if (lock === null && waited < PATIENCE) {
      await delay(TRY_EVERY);
      continue;
    }
    try {
      return await work();
    } finally {
      lock?.release();
    }
  }
}
