import type { ReasonCode } from '../base/reasons.ts';
import type { Access } from '../db/schema.ts';
import type { Endpoint } from '../features/endpoints/contract.ts';
import type { CompiledToken } from './policy.ts';

/** Why a token and its user may not use an endpoint so, or null where they may. */
export function outOfScope(
  compiled: CompiledToken,
  endpoint: Endpoint,
): { reason: ReasonCode; detail: string; compared: string; owner: 'token' | 'user' } | null {
  const { token, user, grants } = compiled;
  const method = (whose: string, compared: string, owner: 'token' | 'user' = 'token') => ({
    reason: 'scope.method' as const,
    detail: `${whose} may only read; ${endpoint.method} writes.`,
    compared,
    owner,
  });
  if (grants !== null) {
    const access = widest(grants.tags.get(endpoint.tag), grants.operations.get(endpoint.operation));
    if (access === undefined)
      return {
        reason: 'scope.endpoint',
        detail: 'This endpoint is outside the scope of the token.',
        compared: `limited: neither the tag ${endpoint.tag} nor ${endpoint.operation} is granted`,
        owner: 'token',
      };
    if (endpoint.writes && access === 'read')
      return method(
        'Here this token',
        `limited: ${grantedBy(grants, endpoint)} is granted for reading, ${endpoint.method} writes`,
      );
  }
  if (!endpoint.writes) return null;
  if (token.scope === 'read-only') return method('This token', `read-only, ${endpoint.method} writes`);
  if (user.access === 'read')
    return method(
      'The user of this token',
      `user ${user.email} may only read, ${endpoint.method} writes`,
      'user',
    );
  return null;
}

const widest = (one: Access | undefined, other: Access | undefined): Access | undefined =>
  one === 'write' || other === 'write' ? 'write' : (one ?? other);

/** The entry of the token's list that an endpoint is covered by: the one that allows more. */
function grantedBy({ tags, operations }: NonNullable<CompiledToken['grants']>, endpoint: Endpoint): string {
  const [tag, operation] = [tags.get(endpoint.tag), operations.get(endpoint.operation)];
  const byTag = tag !== undefined && (operation === undefined || tag === widest(tag, operation));
  return byTag ? `the tag ${endpoint.tag}` : endpoint.operation;
}

/** What lets a token and its user use an endpoint. */
export function scopeDetail({ token, user, grants }: CompiledToken, endpoint: Endpoint): string {
  if (grants === null) return `${token.scope}, user may ${user.access}`;
  const access = widest(grants.tags.get(endpoint.tag), grants.operations.get(endpoint.operation));
  return `${token.scope}: ${grantedBy(grants, endpoint)} is granted to ${access ?? ''}, user may ${user.access}`;
}
