import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const BYTES = 16;
const pool = new Uint8Array(BYTES * 512);
let used = pool.length;

/**
 * A request's id: UUID version 7, as `newId`, with its random bytes taken from a pool, as asking for a few costs as
 * much as asking for many.
 */
export function newRequestId(now: number): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return v7({ msecs: now, random: pool.subarray(used - BYTES, used) });
}
