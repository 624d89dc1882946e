import { idAt } from '../row-ids.ts';

/** Room for the number of a gateway: of more than so many, some share it, and look for free ids. */
const GATEWAYS = 2 ** 6;
/** Room for where a record began in its segment, in steps of what the shortest line is longer than. */
const OFFSETS = 2 ** 19;
const OFFSET_STEP = 64;

/**
 * The id of a row within its day: milliseconds since midnight in the high bits, as in a day's file, then whose it is and
 * where its record began in its journal segment.
 */
export const postgresRowId = (day: number, time: number, gateway: number, offset: number): number =>
  idAt(day, time) + (gateway % GATEWAYS) * OFFSETS + (Math.floor(offset / OFFSET_STEP) % OFFSETS);
