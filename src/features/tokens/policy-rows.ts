import type { Restrictions } from '../../base/shapes.ts';
import { type Reads, rowsAmong } from '../../db/reads.ts';
import type { Access, PlaceKind, Scope } from '../../db/schema.ts';
import { restrictionsOf } from '../directory/policy-rows.ts';
import type { EndpointGrant } from './contract.ts';

/** A token as the gateway compiles it. Times are Unix milliseconds. */
export interface PolicyToken {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly scope: Scope;
  readonly endpoints: readonly EndpointGrant[];
  readonly restrictions: Restrictions;
  readonly active: boolean;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly secrets: readonly {
    id: string;
    prefix: string;
    hash: Buffer;
    keyId: string;
    validUntil: number | null;
  }[];
}

interface TokenRow {
  id: string;
  name: string;
  user_id: string;
  scope: Scope;
  active: number;
  expires_at: number | null;
  revoked_at: number | null;
}
interface SecretRow {
  id: string;
  token_id: string;
  prefix: string;
  hash: Buffer;
  key_id: string;
  valid_until: number | null;
}
interface EndpointRow {
  token_id: string;
  kind: EndpointGrant['kind'];
  target: string;
  access: Access;
}
interface PlaceRow {
  owner: string;
  kind: PlaceKind;
  place_id: string;
}

/**
 * The tokens with these ids, or all of them, read in the caller's transaction. An id that is not there is left
 * out. `ids` are read a statement each, so that one changed token costs nothing of the others.
 */
export function* readPolicyTokens(ids?: readonly string[]): Reads<PolicyToken[]> {
  const secrets = Map.groupBy(
    yield* rowsAmong<SecretRow>(
      'SELECT id, token_id, prefix, hash, key_id, valid_until FROM token_secret',
      'token_id',
      ids,
    ),
    (row) => row.token_id,
  );
  const endpoints = Map.groupBy(
    yield* rowsAmong<EndpointRow>(
      'SELECT token_id, kind, target, access FROM token_endpoint',
      'token_id',
      ids,
    ),
    (row) => row.token_id,
  );
  const places = Map.groupBy(
    yield* rowsAmong<PlaceRow>(
      'SELECT token_id AS owner, kind, place_id FROM token_restriction',
      'token_id',
      ids,
    ),
    (row) => row.owner,
  );
  const rows = yield* rowsAmong<TokenRow>(
    'SELECT id, name, user_id, scope, active, expires_at, revoked_at FROM token',
    'id',
    ids,
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    userId: row.user_id,
    scope: row.scope,
    endpoints: (endpoints.get(row.id) ?? []).map(({ kind, target, access }) => ({ kind, target, access })),
    restrictions: restrictionsOf(places.get(row.id) ?? []),
    active: row.active === 1,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    secrets: (secrets.get(row.id) ?? []).map((secret) => ({
      id: secret.id,
      prefix: secret.prefix,
      hash: secret.hash,
      keyId: secret.key_id,
      validUntil: secret.valid_until,
    })),
  }));
}
