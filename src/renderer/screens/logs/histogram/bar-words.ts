import { counted } from '../../../ui/format.ts';
import { longDay, shortestTime, type Zone } from '../../../ui/zone.ts';
import { type Bar, totalOf } from './scale.ts';

/** "Tue 24 Nov 2026, 14:00 – 14:15": from the start of one bar to the end of another. */
export function spanWords(from: Date, to: Date, zone: Zone): string {
  const sameDay = longDay(from, zone) === longDay(new Date(to.getTime() - 1), zone);
  const end = sameDay ? shortestTime(to, zone) : `${longDay(to, zone)}, ${shortestTime(to, zone)}`;
  return `${longDay(from, zone)}, ${shortestTime(from, zone)} – ${end}`;
}

/** What some bars are, for who does not see them: their time, and how many requests it has. */
export function barsWords(bars: readonly Bar[], zone: Zone): string {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return 'Nothing chosen';
  const total = bars.reduce((sum, bar) => sum + totalOf(bar), 0);
  return `${spanWords(first.start, last.end, zone)}: ${counted(total, 'request')}`;
}
