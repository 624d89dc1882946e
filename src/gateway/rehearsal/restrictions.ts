import type { RowPlaces } from '../../features/logs/record.ts';
import { everything, type Visible } from '../../shifts-api/visible.ts';
import type { CompiledToken, Policy } from '../policy.ts';

export type RestrictionReason = 'restriction.hidden' | 'restriction.write';

/** How the restrictions of a token are others in one policy than in another. */
export interface RestrictionChange {
  readonly changed: boolean;
  /** Whether both see employees of the same groups; who is in a group, the log does not have. */
  readonly sameGroups: boolean;
}

/** Says of a token of a draft how its restrictions differ from those in force. */
export function restrictionChanges(inForce: Policy): (compiled: CompiledToken) => RestrictionChange {
  const known = new Map<string, RestrictionChange>();
  return ({ token, visible }) => {
    let change = known.get(token.id);
    if (change === undefined) {
      const before = inForce.token(token.id)?.visible ?? everything;
      const sameGroups = sameSet(before.userGroups, visible.userGroups);
      const samePlaces =
        sameSet(before.businessUnits, visible.businessUnits) && sameSet(before.locations, visible.locations);
      change = { changed: !sameGroups || !samePlaces, sameGroups };
      known.set(token.id, change);
    }
    return change;
  };
}

/**
 * Whether the rows that a request named lie inside. The first is the one that is there, unless it makes a new one; the
 * last is what it writes.
 */
export function refusalOf(places: RowPlaces, visible: Visible, method: string): RestrictionReason | null {
  for (const [index, [unit, location]] of places.entries()) {
    const inside =
      (unit === null || visible.businessUnits === null || visible.businessUnits.has(unit)) &&
      (location === null || visible.locations === null || visible.locations.has(location));
    if (!inside) return index === 0 && method !== 'POST' ? 'restriction.hidden' : 'restriction.write';
  }
  return null;
}

const sameSet = (one: ReadonlySet<string> | null, other: ReadonlySet<string> | null): boolean =>
  one === null || other === null
    ? one === other
    : one.size === other.size && [...one].every((id) => other.has(id));
