import { Fault } from '../../base/faults.ts';
import { dayFromName, dayName } from './row-ids.ts';

/** Where a page ended: the last row that was given, or the last place that was looked at. */
export interface Place {
  day: number;
  id: number;
  /** Of rows with the same id, those of lower segments come first. Without it: 0. */
  segment?: number;
}

export const writeCursor = ({ day, id, segment = 0 }: Place): string =>
  `${dayName(day)}.${id}${segment === 0 ? '' : `.${segment}`}`;

/** The place of a cursor that we gave; refuses any other text. */
export function readCursor(cursor: string): Place {
  const [, name = '', digits = '', segment = '0'] =
    /^(\d{4}-\d\d-\d\d)\.(-1|\d{1,16})(?:\.(\d{1,10}))?$/.exec(cursor) ?? [];
  const day = dayFromName(name);
  const id = Number(digits);
  if (day === null || !Number.isSafeInteger(id))
    throw new Fault('filter.invalid', { field: 'cursor', detail: 'it is not a cursor of this list' });
  return { day, id, segment: Number(segment) };
}
