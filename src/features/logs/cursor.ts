import { Fault } from '../../base/faults.ts';
import { dayFromName, dayName } from './day-file.ts';

/** Where a page ended: the last row that was given. */
export interface Place {
  day: number;
  id: number;
}

export const writeCursor = ({ day, id }: Place): string => `${dayName(day)}.${id}`;

/** The place of a cursor that we gave; refuses any other text. */
export function readCursor(cursor: string): Place {
  const [name = '', digits = ''] = cursor.split('.');
  const day = dayFromName(name);
  const id = Number(digits);
  if (day === null || !/^\d{1,16}$/.test(digits) || !Number.isSafeInteger(id))
    throw new Fault('filter.invalid', { field: 'cursor', detail: 'it is not a cursor of this list' });
  return { day, id };
}
