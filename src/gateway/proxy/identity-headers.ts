import type { CompiledToken } from '../policy.ts';
import type { RawHeaders } from './header-names.ts';
import type { PlaceNames, PlaceTable } from './place-names.ts';

/** Characters that stand for themselves in these headers; every other one is percent-encoded UTF-8. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed())
    .replace(/%40/g, '@')
    .replace(/[!'()*]/g, percent);
const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;

const KINDS = [
  ['X-Gatehouse-Business-Units', 'businessUnits', 'business_unit'],
  ['X-Gatehouse-Locations', 'locations', 'location'],
  ['X-Gatehouse-User-Groups', 'userGroups', 'user_group'],
] as const;

/** What the upstream is told of who asks: the headers of a request. */
export type IdentityHeaders = (compiled: CompiledToken, requestId: string) => RawHeaders;

/**
 * Tells the upstream who asks and what the token's and its user's restrictions leave: `*` is everything, `none`
 * nothing, else `ID;name=NAME, …`. All but the request's id stays the same until a name changes, or the policy.
 */
export function createIdentityHeaders(names: PlaceNames): IdentityHeaders {
  const placesOf = (table: PlaceTable, ids: ReadonlySet<string> | null): string => {
    if (ids === null) return '*';
    if (ids.size === 0) return 'none';
    const places = [...ids].sort().map((id) => `${id};name=${encode(names.nameOf(table, id) ?? '')}`);
    return places.join(', ');
  };
  let version = Number.NaN;
  let known = new WeakMap<CompiledToken, RawHeaders>();
  return (compiled, requestId) => {
    const now = names.version();
    if (now !== version) {
      known = new WeakMap();
      version = now;
    }
    let headers = known.get(compiled);
    if (headers === undefined) {
      const { token, user, visible } = compiled;
      headers = [
        'X-Gatehouse-Token-Id',
        token.id,
        'X-Gatehouse-Token-Name',
        encode(token.name),
        'X-Gatehouse-User',
        encode(user.email),
        'X-Gatehouse-Scope',
        token.scope,
        ...KINDS.flatMap(([header, kind, table]) => [header, placesOf(table, visible[kind])]),
      ];
      known.set(compiled, headers);
    }
    return ['X-Gatehouse-Request-Id', requestId, ...headers];
  };
}
