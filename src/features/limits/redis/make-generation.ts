import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SECOND } from '../../../base/clock.ts';
import type { RedisKeys } from './keys.ts';
import type { RedisLink } from './link.ts';
import { readSeed, type SeedSource } from './seed.ts';
import { writeSeed } from './write-seed.ts';

/** Who seeds says so every second; where it was killed, another begins after this many milliseconds. */
const LOCK_LIVES = 5 * SECOND;
const LOCK_EVERY = SECOND;

/** Takes the lock of who seeds; false: another holds it. */
export const takeSeedLock = async (link: RedisLink, keys: RedisKeys, holder: string): Promise<boolean> =>
  (await link.client.set(keys.lock, holder, 'PX', LOCK_LIVES, 'NX')) !== null;

/**
 * Makes a generation of counters from the log and puts it in force, unless the lock was lost meanwhile; lets the lock go.
 * @param settle milliseconds until the log has what was let in before
 */
export async function makeGeneration(
  { link, keys, holder }: { readonly link: RedisLink; readonly keys: RedisKeys; readonly holder: string },
  runId: string,
  source: SeedSource,
  { wallClock, settle }: { readonly wallClock: () => number; readonly settle: number },
): Promise<void> {
  const hold = (ms: number) => link.run('gatehouseHold', [keys.lock], [holder, ms]);
  // One that cannot be renewed expires by itself.
  const renewing = setInterval(() => hold(LOCK_LIVES).catch(() => undefined), LOCK_EVERY).unref();
  try {
    await delay(settle, undefined, { ref: false });
    const generation = `${runId}:${randomUUID()}`;
    const resets = await source.resets();
    const wall = wallClock();
    const [seconds, microseconds] = await link.client.time();
    const redis = Number(seconds) * SECOND + Math.floor(Number(microseconds) / SECOND);
    const loaded = await readSeed(source, resets, { wall, redis });
    await writeSeed(link, keys, generation, { loaded, resets });
    await link.run('gatehousePublish', [keys.state, keys.lock], [holder, generation, redis, '']);
  } finally {
    clearInterval(renewing);
    await hold(0).catch(() => undefined);
  }
}
