import { DAY, HOUR, MINUTE } from '../base/clock.ts';
import type { Schema } from '../db/schema.ts';
import type { Person } from './people.ts';
import { seededId } from './places.ts';
import type { Random } from './random.ts';

const PAST_DAYS = 21;
const COMING_DAYS = 7;
/** Hours of the day (UTC) at which a shift begins; each lasts 8 hours. */
const STARTS = [6, 8, 14] as const;
const NIGHT_START = 22;

export interface Roster {
  readonly shifts: Schema['shift'][];
  readonly attendance: Schema['attendance'][];
}

/** Three weeks of worked shifts, one of planned ones: five days of seven for everyone active. */
export function makeRoster(random: Random, people: readonly Person[], now: number): Roster {
  const today = Math.floor(now / DAY) * DAY;
  const shifts: Schema['shift'][] = [];
  const attendance: Schema['attendance'][] = [];
  for (const [index, person] of people.entries()) {
    if (person.employee.status === 'inactive') continue;
    const usual = person.night ? NIGHT_START : random.pick(STARTS);
    for (let day = -PAST_DAYS; day < COMING_DAYS; day += 1) {
      if ((day + PAST_DAYS + index) % 7 >= 5) continue;
      const start = today + day * DAY + usual * HOUR;
      const shift = makeShift(random, person.employee, start, now);
      shifts.push(shift);
      if (shift.status === 'completed' && !random.chance(0.03)) attendance.push(present(random, shift, now));
    }
  }
  return { shifts, attendance };
}

function makeShift(
  random: Random,
  employee: Schema['employee'],
  start: number,
  now: number,
): Schema['shift'] {
  const end = start + 8 * HOUR;
  const planned = random.chance(0.15) ? 'draft' : 'published';
  const status = end <= now ? 'completed' : start <= now ? 'published' : planned;
  return {
    id: seededId(random, start - 14 * DAY),
    employee_id: employee.id,
    business_unit_id: employee.business_unit_id,
    location_id: employee.location_id,
    start_at: start,
    end_at: end,
    status: random.chance(0.03) ? 'cancelled' : status,
    note: random.chance(0.04)
      ? random.pick(['Swapped', 'On call', 'Short handover', 'Training in the morning'])
      : '',
  };
}

function present(random: Random, shift: Schema['shift'], now: number): Schema['attendance'] {
  const clockIn = shift.start_at + random.int(-10, 8) * MINUTE;
  return {
    id: seededId(random, clockIn),
    shift_id: shift.id,
    employee_id: shift.employee_id,
    business_unit_id: shift.business_unit_id,
    location_id: shift.location_id,
    clock_in_at: clockIn,
    clock_out_at: Math.min(shift.end_at + random.int(-5, 25) * MINUTE, now),
  };
}
