import type { EndpointGrant } from '../../../../features/tokens/contract.ts';

type Access = EndpointGrant['access'];
type Key = Pick<EndpointGrant, 'kind' | 'target'>;

const same = (a: Key, b: Key) => a.kind === b.kind && a.target === b.target;

/** The access that a list grants to a tag or operation by itself, or null. */
export const accessOf = (grants: EndpointGrant[], key: Key): Access | null =>
  grants.find((grant) => same(grant, key))?.access ?? null;

/** The list with a tag or operation granted `access`, or with it taken out (null). */
export function withAccess(grants: EndpointGrant[], key: Key, access: Access | null): EndpointGrant[] {
  const others = grants.filter((grant) => !same(grant, key));
  return access === null ? others : [...others, { kind: key.kind, target: key.target, access }];
}
