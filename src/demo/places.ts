import { v7 } from 'uuid';
import type { Schema } from '../db/schema.ts';
import type { Random } from './random.ts';

/** An id as newId makes them, but the same for the same seed and instant. */
export const seededId = (random: Random, at: number): string => v7({ msecs: at, random: random.bytes(16) });

/** Which unit works where, and what its people do. */
const UNITS = [
  {
    name: 'Hospital Care',
    locations: ['Rotterdam Centre', 'Rotterdam South', 'Dordrecht'],
    positions: ['Nurse', 'Care assistant', 'Ward coordinator'],
  },
  {
    name: 'Community Care',
    locations: ['Delft', 'Schiedam', 'Gouda'],
    positions: ['District nurse', 'Care assistant', 'Driver'],
  },
  {
    name: 'Facility Services',
    locations: ['Rotterdam Centre', 'Leiden Kitchen', 'Zoetermeer Depot'],
    positions: ['Cook', 'Cleaner', 'Technician'],
  },
] as const;

const GROUPS = [
  'Nursing',
  'Care assistants',
  'Facility staff',
  'Night team',
  'Team leads',
  'Trainees',
] as const;
export type GroupName = (typeof GROUPS)[number];

/** A unit at a location: where an employee belongs. */
interface Post {
  readonly businessUnitId: string;
  readonly locationId: string;
  readonly positions: readonly string[];
}

export interface Places {
  readonly businessUnits: Schema['business_unit'][];
  readonly locations: Schema['location'][];
  readonly userGroups: Schema['user_group'][];
  readonly posts: readonly Post[];
  group(name: GroupName): string;
  businessUnit(name: string): string;
  location(name: string): string;
}

export function makePlaces(random: Random, at: number): Places {
  const named = (names: readonly string[]) => names.map((name) => ({ id: seededId(random, at), name }));
  const businessUnits = named(UNITS.map((unit) => unit.name));
  const locations = named([...new Set(UNITS.flatMap((unit) => [...unit.locations]))]);
  const userGroups = named(GROUPS);
  const finder = (rows: readonly { id: string; name: string }[]) => (name: string) => {
    const row = rows.find((candidate) => candidate.name === name);
    if (row === undefined) throw new Error(`the demo has no place named ${name}`);
    return row.id;
  };
  const businessUnit = finder(businessUnits);
  const location = finder(locations);
  const posts = UNITS.flatMap((unit) =>
    unit.locations.map((place) => ({
      businessUnitId: businessUnit(unit.name),
      locationId: location(place),
      positions: unit.positions,
    })),
  );
  return { businessUnits, locations, userGroups, posts, group: finder(userGroups), businessUnit, location };
}
