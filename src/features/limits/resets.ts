import type { Clock } from '../../base/clock.ts';
import type { ReadDb, WriteDb } from '../../db/open.ts';
import { policyChanged } from '../../db/policy-change.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';
import { bootId } from './clock-marks.ts';

/** A mark before which the counters of `target` ('instance' or a token's id) count nothing. */
export interface LimitReset {
  readonly id: number;
  readonly target: string;
  readonly boot: string | null;
  readonly monotonic: number;
  readonly wall: number;
}

/** Marks a reset; every gateway on the instance applies it before it admits its next request. */
export async function markReset(tx: WriteDb, target: string, clock: Clock): Promise<void> {
  const mark = { target, boot: bootId, monotonic: Math.floor(clock.monotonic()), wall: clock.now() };
  // Replaced, not updated: a gateway looks for ids that are new.
  await tx.deleteFrom('limit_reset').where('target', '=', target).execute();
  await tx.insertInto('limit_reset').values(mark).execute();
  await policyChanged(tx, 'limit_reset', target, mark.wall);
}

/** When the counters of `target` were last reset, or null: never. */
export async function lastReset(db: ReadDb, target: string): Promise<Date | null> {
  const row = await db
    .selectFrom('limit_reset')
    .select('wall')
    .where('target', '=', target)
    .executeTakeFirst();
  return row === undefined ? null : new Date(row.wall);
}

/** The last reset of each target, of those made after the one with the id `after`. */
export const readResets = (after = 0): Reads<LimitReset[]> =>
  rowsOf<LimitReset>(
    'SELECT id, target, boot, monotonic, wall FROM limit_reset WHERE id > ? ORDER BY id',
    after,
  );

/** When a reset was, on this run's monotonic clock; of another run its wall time tells. */
export const resetTime = (reset: LimitReset, now: { monotonic: number; wall: number }): number =>
  Math.min(
    now.monotonic + 1,
    reset.boot !== null && reset.boot === bootId
      ? reset.monotonic
      : now.monotonic - Math.max(0, now.wall - reset.wall),
  );
