import { DAY } from '../base/clock.ts';
import type { Schema } from '../db/schema.ts';
import { emailOf, familyNames, givenNames } from './names.ts';
import { type GroupName, type Places, seededId } from './places.ts';
import type { Random } from './random.ts';

export const DEMO_DOMAIN = 'maasdelta.example';

export interface Person {
  readonly employee: Schema['employee'];
  readonly groups: readonly string[];
  readonly night: boolean;
}

/** `count` people with names of their own, spread evenly over the posts. */
export function makePeople(random: Random, places: Places, count: number, now: number): Person[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    let name: string;
    do name = `${random.pick(givenNames)} ${random.pick(familyNames)}`;
    while (taken.has(emailOf(name, DEMO_DOMAIN)));
    const email = emailOf(name, DEMO_DOMAIN);
    taken.add(email);
    const post = places.posts[index % places.posts.length];
    if (post === undefined) throw new Error('the demo has no posts');
    const position = random.pick(post.positions);
    const hired = now - random.int(60, 1_800) * DAY;
    const night = random.chance(0.12);
    const groups: GroupName[] = [groupOf(position)];
    if (night) groups.push('Night team');
    if (index % 12 === 0) groups.push('Team leads');
    else if (random.chance(0.1)) groups.push('Trainees');
    return {
      employee: {
        id: seededId(random, hired),
        name,
        email,
        position,
        status: random.chance(0.04) ? 'inactive' : 'active',
        business_unit_id: post.businessUnitId,
        location_id: post.locationId,
        created_at: hired,
      },
      groups: groups.map(places.group),
      night,
    };
  });
}

function groupOf(position: string): GroupName {
  if (position.toLowerCase().includes('nurse') || position === 'Ward coordinator') return 'Nursing';
  return position === 'Care assistant' ? 'Care assistants' : 'Facility staff';
}
