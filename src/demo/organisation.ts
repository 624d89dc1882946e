import { type Access, makeAccess } from './access.ts';
import { makePeople, type Person } from './people.ts';
import { makePlaces, type Places } from './places.ts';
import { randomFrom } from './random.ts';
import { makeRoster, type Roster } from './roster.ts';

/** Every row of the demo organisation but its tokens' secrets. */
export interface Organisation {
  readonly places: Places;
  readonly people: readonly Person[];
  readonly roster: Roster;
  readonly access: Access;
}

const EMPLOYEES = 120;

/** A regional care provider around `now` (Unix milliseconds): the same for the same seed and instant. */
export function makeOrganisation(seed: number, now: number, actor: string): Organisation {
  const random = randomFrom(seed);
  const places = makePlaces(random, now);
  const people = makePeople(random, places, EMPLOYEES, now);
  return {
    places,
    people,
    roster: makeRoster(random, people, now),
    access: makeAccess(random, places, now, actor),
  };
}
