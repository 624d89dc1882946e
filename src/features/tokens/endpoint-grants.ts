import { Fault } from '../../base/faults.ts';
import type { Catalogue } from '../endpoints/catalogue.ts';
import type { EndpointGrant, Token } from './contract.ts';

type Known = Pick<Catalogue, 'endpoints' | 'tags'>;

/** Refused with `endpoint.unknown` what the catalogue lacks. Named twice, an endpoint has the wider access. */
export function checkEndpoints(asked: readonly EndpointGrant[], { endpoints, tags }: Known): EndpointGrant[] {
  const operations = new Set(endpoints.map((endpoint) => endpoint.operation));
  const grants = new Map<string, EndpointGrant>();
  for (const grant of asked) {
    const known = grant.kind === 'tag' ? tags.includes(grant.target) : operations.has(grant.target);
    if (!known) throw new Fault('endpoint.unknown', { name: grant.target, known: tags.join(', ') });
    const name = `${grant.kind} ${grant.target}`;
    if (grants.get(name)?.access !== 'write') grants.set(name, grant);
  }
  return [...grants.values()];
}

/**
 * Scope and endpoint list as a change leaves them, or null where it does not touch them. Refused with
 * `input.invalid` a list for another scope than limited, and limited without one.
 */
export function scopeAfter(
  token: Token,
  asked: { scope?: Token['scope'] | undefined; endpoints?: readonly EndpointGrant[] | undefined },
  known: Known,
): Pick<Token, 'scope' | 'endpoints'> | null {
  if (asked.scope === undefined && asked.endpoints === undefined) return null;
  const scope = asked.scope ?? token.scope;
  const refuse = (detail: string) => new Fault('input.invalid', { field: 'endpoints', detail });
  if (scope !== 'limited') {
    if (asked.endpoints?.length) throw refuse('only a limited token has an endpoint list');
    return { scope, endpoints: [] };
  }
  const endpoints = asked.endpoints ?? token.endpoints;
  if (endpoints.length === 0) throw refuse('a limited token needs at least one endpoint');
  return { scope, endpoints: checkEndpoints(endpoints, known) };
}
