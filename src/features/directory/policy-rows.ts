import { type Restrictions, unrestricted } from '../../base/shapes.ts';
import { type Reads, rowsAmong } from '../../db/reads.ts';
import type { Access, PlaceKind } from '../../db/schema.ts';

/** A user as the gateway compiles one. */
export interface PolicyUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly access: Access;
  readonly active: boolean;
  readonly restrictions: Restrictions;
}

interface UserRow {
  id: string;
  name: string;
  email: string;
  access: Access;
  active: number;
}
interface PlaceRow {
  user_id: string;
  kind: PlaceKind;
  place_id: string;
}

/** The users with these ids, or all of them, read in the caller's transaction; unknown ids are left out. */
export function* readPolicyUsers(ids?: readonly string[]): Reads<PolicyUser[]> {
  const places = Map.groupBy(
    yield* rowsAmong<PlaceRow>('SELECT user_id, kind, place_id FROM user_restriction', 'user_id', ids),
    (row) => row.user_id,
  );
  return (yield* rowsAmong<UserRow>('SELECT id, name, email, access, active FROM "user"', 'id', ids)).map(
    (row) => ({
      ...row,
      active: row.active === 1,
      restrictions: restrictionsOf(places.get(row.id) ?? []),
    }),
  );
}

/** Rows of `user_restriction` or `token_restriction`, of one owner, as the contract shows them. */
export function restrictionsOf(rows: readonly { kind: PlaceKind; place_id: string }[]): Restrictions {
  if (rows.length === 0) return unrestricted;
  const of = (kind: PlaceKind): string[] =>
    rows.filter((row) => row.kind === kind).map((row) => row.place_id);
  return { businessUnits: of('businessUnit'), locations: of('location'), userGroups: of('userGroup') };
}
