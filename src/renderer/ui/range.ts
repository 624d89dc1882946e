import { DAY, HOUR, MINUTE } from '../../base/clock.ts';

/** Ranges that end now, of analytics. */
export const presets = ['1h', '24h', '7d', '30d', '13mo'] as const;
/** And of the log, which is kept for less long and looked at more closely. */
export const logPresets = ['15m', '1h', '6h', '24h', '7d', '30d'] as const;
export type Preset = (typeof presets)[number] | (typeof logPresets)[number];

const allPresets: readonly Preset[] = [...new Set<Preset>([...logPresets, ...presets])];

export const presetNames: Record<Preset, { short: string; long: string }> = {
  '15m': { short: '15 min', long: 'Last 15 minutes' },
  '1h': { short: '1 h', long: 'Last hour' },
  '6h': { short: '6 h', long: 'Last 6 hours' },
  '24h': { short: '24 h', long: 'Last 24 hours' },
  '7d': { short: '7 d', long: 'Last 7 days' },
  '30d': { short: '30 d', long: 'Last 30 days' },
  '13mo': { short: '13 mo', long: 'Last 13 months' },
};

/** A range as the route has it: ending now, or between two instants of which either may be open. */
export type Range =
  | { kind: 'preset'; preset: Preset }
  | { kind: 'custom'; from: Date | null; to: Date | null };

/** Where a preset starts, seen from `now`; both Unix milliseconds. */
export function startOf(preset: Preset, now: number): number {
  if (preset === '15m') return now - 15 * MINUTE;
  if (preset === '1h') return now - HOUR;
  if (preset === '6h') return now - 6 * HOUR;
  if (preset === '24h') return now - DAY;
  if (preset === '7d') return now - 7 * DAY;
  if (preset === '30d') return now - 30 * DAY;
  const start = new Date(now);
  // The first of a month, so that 31 March minus a month is never 3 March.
  const dayOfMonth = start.getUTCDate();
  start.setUTCDate(1);
  start.setUTCMonth(start.getUTCMonth() - 13);
  const lastDay = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).getUTCDate();
  start.setUTCDate(Math.min(dayOfMonth, lastDay));
  return start.getTime();
}

/** The instants of a range, seen from `now` (Unix milliseconds); undefined where it is open. */
export function instantsOf(range: Range, now: number): { from: Date | undefined; to: Date | undefined } {
  if (range.kind === 'preset') return { from: new Date(startOf(range.preset, now)), to: undefined };
  return { from: range.from ?? undefined, to: range.to ?? undefined };
}

const instant = (text: string | null): Date | null => {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
};

/** Reads `range`, or `from` and `to`, from the route; null where it has neither. */
export function readRange(query: URLSearchParams): Range | null {
  const preset = allPresets.find((name) => name === query.get('range'));
  if (preset !== undefined) return { kind: 'preset', preset };
  const [from, to] = [instant(query.get('from')), instant(query.get('to'))];
  return from === null && to === null ? null : { kind: 'custom', from, to };
}

/** Writes a range into the route; null leaves it out. */
export function writeRange(query: URLSearchParams, range: Range | null): void {
  if (range === null) return;
  if (range.kind === 'preset') {
    query.set('range', range.preset);
    return;
  }
  if (range.from !== null) query.set('from', range.from.toISOString());
  if (range.to !== null) query.set('to', range.to.toISOString());
}

/** A range as one text, as "24h" or "2026-11-24T10:00:00.000Z..": what a saved view keeps. */
export const rangeText = (range: Range): string =>
  range.kind === 'preset'
    ? range.preset
    : `${range.from?.toISOString() ?? ''}..${range.to?.toISOString() ?? ''}`;

export function readRangeText(text: string | null): Range | null {
  const [from = '', to = ''] = (text ?? '').split('..');
  return readRange(new URLSearchParams({ range: text ?? '', from, to }));
}

/** The longest that zooming out leads to before it is any time. */
const LONGEST = 90 * DAY;

/** Three times the range around the same middle, seen from `now`; null: any time. */
export function widerRange(range: Range, now: number): Range | null {
  const { from, to } = instantsOf(range, now);
  if (from === undefined) return null;
  const end = to?.getTime() ?? now;
  const length = end - from.getTime();
  if (length <= 0 || length * 3 > LONGEST) return null;
  const later = end + length;
  // What ends now or later goes on with the clock.
  return {
    kind: 'custom',
    from: new Date(from.getTime() - (to === undefined ? 2 : 1) * length),
    to: later >= now ? null : new Date(later),
  };
}
