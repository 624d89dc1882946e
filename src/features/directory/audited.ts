import type { Recorded } from '../audit/audit-log.ts';
import type { AuditAction } from '../audit/contract.ts';
import type { Place, User } from './contract.ts';

/** A change of a business unit, location or user group. Null before: it is new; null after: it is gone. */
export function recordedPlace(action: AuditAction, before: Place | null, after: Place | null): Recorded {
  const { id, kind, name } = (after ?? before) as Place;
  const decided = (place: Place) => ({ kind, name: place.name });
  return {
    action,
    subject: { kind, id, name },
    before: before && decided(before),
    after: after && decided(after),
  };
}

/** A change of a user. Null before: the user is new. */
export function recordedUser(action: AuditAction, before: User | null, after: User): Recorded {
  const decided = ({ email, name, access, active, restrictions }: User) => ({
    email,
    name,
    access,
    active,
    restrictions,
  });
  return {
    action,
    subject: { kind: 'user', id: after.id, name: after.email },
    before: before && decided(before),
    after: decided(after),
  };
}
