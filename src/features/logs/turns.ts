import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Pace } from './columns/count.ts';
import type { Budget } from './columns/search.ts';

/** How long the event loop is held at most, about, in milliseconds. */
const TURN = 8;
/** When counts are first given, and after how much longer each time. */
const FIRST_COUNTS = 60;

/** Gives way to others of this thread every few milliseconds. */
class Turns {
  readonly #clock: Clock;
  #began: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#began = clock.monotonic();
  }

  async giveWay(): Promise<void> {
    if (this.#clock.monotonic() - this.#began < TURN) return;
    await nextTurn();
    this.#began = this.#clock.monotonic();
  }
}

/** A search's time: `ms` milliseconds from now. */
export function budgetOf(clock: Clock, ms: number): Budget {
  const turns = new Turns(clock);
  const end = clock.monotonic() + ms;
  return { isSpent: () => clock.monotonic() >= end, giveWay: () => turns.giveWay() };
}

/** Counts are due after some 60 ms, then after twice as long each time, up to a second. */
export function paceOf(clock: Clock): Pace {
  const turns = new Turns(clock);
  let wait = FIRST_COUNTS;
  let due = clock.monotonic() + wait;
  return {
    giveWay: () => turns.giveWay(),
    isDue() {
      const now = clock.monotonic();
      if (now < due) return false;
      wait = Math.min(wait * 2, 1_000);
      due = now + wait;
      return true;
    },
  };
}
