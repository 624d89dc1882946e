import { readFileSync } from 'node:fs';
import { type Clock, HOUR } from '../../base/clock.ts';
import type { SqliteFile } from '../../db/open.ts';
import { type Reads, rowsOf } from '../../db/reads.ts';

/**
 * What the wall clock said at a moment of the monotonic one, which counts on for all processes until the machine
 * starts anew. The log's rows have wall times; with the marks they are placed although the clock was set meanwhile.
 */
export interface ClockMark {
  /** Monotonic milliseconds from which it may already have been so. */
  readonly since: number;
  /** When it was noticed. */
  readonly monotonic: number;
  /** Unix milliseconds then. */
  readonly wall: number;
}

/** A stretch of monotonic time in which the wall clock was `offset` milliseconds ahead of it. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

/** A clock that is kept by NTP moves less than this in the second between two looks. */
const JUMP = 250;
/** Marks are of use for as long as the oldest counter counts. */
const KEEP_FOR = 2 * HOUR;

/** The name of this run of the machine, or null on a system that has none; then nothing but wall times is known. */
export const bootId: string | null = (() => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
})();

/** The marks of this run of the machine, oldest first. */
export const readClockMarks = (): Reads<ClockMark[]> =>
  rowsOf<ClockMark>('SELECT since, monotonic, wall FROM clock_mark WHERE boot = ? ORDER BY id', bootId ?? '');

/**
 * Watches the wall clock for a gateway: marks where it starts, and each time that it was set.
 * @param write runs its argument over a connection that may write
 */
export function watchClock(clock: Clock, write: (work: (file: SqliteFile) => void) => void) {
  let [confirmed, offset] = [0, Number.NaN];
  const mark = (since: number, monotonic: number, wall: number): void => {
    if (bootId === null) return;
    write((file) => {
      // A mark is done with when the next one is old.
      file
        .prepare(
          `DELETE FROM clock_mark WHERE boot <> ? OR monotonic > ?
             OR id < (SELECT max(id) FROM clock_mark WHERE monotonic < ?)`,
        )
        .run(bootId, monotonic, monotonic - KEEP_FOR);
      file
        .prepare('INSERT INTO clock_mark (boot, since, monotonic, wall) VALUES (?, ?, ?, ?)')
        .run(bootId, since, monotonic, wall);
    });
  };
  return {
    /** Looks whether the wall clock was set since the last look. Often, as rows in between belong to either. */
    look(): void {
      const [monotonic, wall] = [Math.floor(clock.monotonic()), clock.now()];
      const jumped = !(Math.abs(wall - monotonic - offset) <= JUMP);
      if (jumped) mark(Number.isNaN(offset) ? monotonic : confirmed, monotonic, wall);
      if (jumped) offset = wall - monotonic;
      confirmed = monotonic;
    },
  };
}

/**
 * How the monotonic times up to `now` are to be read as wall times. Where the clock was set back, some wall times were
 * twice, and a row of one counts for both: too many for at most so long as it was set back. What lies before the first mark is known by the
 * wall clock alone: where its newest row is in the future, the clock was set back, and that row counts as of now.
 * @param newestRow Unix milliseconds, null where there is none
 */
export function wallStretches(
  marks: readonly ClockMark[],
  now: { monotonic: number; wall: number },
  newestRow: number | null,
): Stretch[] {
  const known = marks.filter((mark) => mark.monotonic <= now.monotonic);
  const first = known[0];
  const offset =
    first === undefined
      ? Math.max(now.wall, newestRow ?? now.wall) - now.monotonic
      : first.wall - first.monotonic;
  const stretches = known.map((mark, index) => ({
    from: mark.since,
    to: (known[index + 1]?.monotonic ?? now.monotonic) + 1,
    offset: mark.wall - mark.monotonic,
  }));
  const before = { from: Number.NEGATIVE_INFINITY, to: first?.since ?? now.monotonic + 1, offset };
  return [before, ...stretches];
}
