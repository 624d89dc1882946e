import { OUTCOMES } from '../../../../base/reasons.ts';
import type { LogOverview } from '../../../../features/logs/contract.ts';

export type Bar = LogOverview['bars'][number];

export const totalOf = (bar: Bar): number =>
  OUTCOMES.reduce((sum, outcome) => sum + bar.byOutcome[outcome], 0);

/** The least round number (one digit with zeros, or 15) that is not below `value`. */
export function roundUp(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8].find((digit) => digit * power >= value) ?? 10) * power;
}

/** Which bar lies at `share` (0 to 1) of the whole time; the first or last beyond it. -1: there is none. */
export function barAt(bars: readonly Bar[], share: number): number {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return -1;
  const time = first.start.getTime() + share * (last.end.getTime() - first.start.getTime());
  const after = bars.findIndex(({ end }) => time < end.getTime());
  return after === -1 ? bars.length - 1 : after;
}

/** A stretch of bars, by its two ends in any order; both are part of it. */
export interface Selection {
  readonly anchor: number;
  readonly head: number;
}

export const barsOf = (bars: readonly Bar[], { anchor, head }: Selection): readonly Bar[] =>
  bars.slice(Math.min(anchor, head), Math.max(anchor, head) + 1);

/** The instants that a selection begins and ends at. */
export function spanOf(bars: readonly Bar[], selection: Selection): { from: Date; to: Date } | null {
  const chosen = barsOf(bars, selection);
  const [first, last] = [chosen[0], chosen.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.start, to: last.end };
}

/** What a key does to the selection: the place moves, with Shift its other end stays. null: no key of the histogram. */
export function moved(
  { anchor, head }: Selection,
  key: string,
  shift: boolean,
  bars: number,
): Selection | null {
  const page = Math.max(1, Math.round(bars / 10));
  const steps: Record<string, number> = {
    ArrowLeft: head - 1,
    ArrowRight: head + 1,
    PageUp: head - page,
    PageDown: head + page,
    Home: 0,
    End: bars - 1,
  };
  const to = steps[key];
  if (to === undefined) return null;
  const next = Math.max(0, Math.min(bars - 1, to));
  return { anchor: shift ? anchor : next, head: next };
}
