import type { Restrictions } from '../base/shapes.ts';
import type { PlaceKind } from '../db/schema.ts';
import type { EndpointGrant } from '../features/tokens/contract.ts';
import type { AdminClient } from './client.ts';
import { UsageError } from './usage-error.ts';

const kinds: Record<PlaceKind, string> = {
  businessUnit: 'business unit',
  location: 'location',
  userGroup: 'group',
};

export interface PlaceOptions {
  businessUnit?: string[];
  location?: string[];
  group?: string[];
}

/** The ids of the places that `--business-unit`, `--location` and `--group` name. */
export async function restrictionsOf(client: AdminClient, options: PlaceOptions): Promise<Restrictions> {
  const places = await client.directory.places.list();
  const idsOf = (kind: PlaceKind, names: string[] = []) =>
    names.map((name) => {
      const wanted = name.trim().toLowerCase();
      const found = places.find((place) => place.kind === kind && place.name.toLowerCase() === wanted);
      if (!found) throw new UsageError(`there is no ${kinds[kind]} named "${name}"`);
      return found.id;
    });
  return {
    businessUnits: idsOf('businessUnit', options.businessUnit),
    locations: idsOf('location', options.location),
    userGroups: idsOf('userGroup', options.group),
  };
}

/** The user with this e-mail address (or id). */
export async function userNamed(client: AdminClient, email: string) {
  const wanted = email.trim().toLowerCase();
  const users = await client.directory.users.list();
  const found = users.find((user) => user.email.toLowerCase() === wanted || user.id === wanted);
  if (!found) throw new UsageError(`there is no user with the e-mail address "${email}"`);
  return found;
}

/**
 * What `--endpoint` grants: a tag (`shifts`), an operation's id (`listShifts`) or its endpoint
 * (`GET /v1/shifts/{id}`), each for reading, or with `:write` for reading and writing.
 */
export async function grantsOf(client: AdminClient, texts: string[] = []): Promise<EndpointGrant[]> {
  const endpoints = await client.endpoints.list();
  const tags = [...new Set(endpoints.map((endpoint) => endpoint.tag))];
  return texts.map((text) => {
    const [, target = '', access = 'read'] = /^(.*?)(?::(read|write))?$/.exec(text) ?? [];
    if (tags.includes(target)) return { kind: 'tag', target, access: access as 'read' | 'write' };
    const operation = endpoints.find((e) => e.operation === target || `${e.method} ${e.path}` === target);
    if (!operation) throw noEndpoint(target, tags);
    return { kind: 'operation', target: operation.operation, access: access as 'read' | 'write' };
  });
}

/** A filter by something that does not exist finds nothing, which reads as "no traffic": refused instead. */
export async function checkNames(
  client: AdminClient,
  { token, endpoint }: { token?: string; endpoint?: string },
): Promise<void> {
  if (token !== undefined) await client.tokens.get({ id: token });
  if (endpoint === undefined) return;
  const endpoints = await client.endpoints.list();
  if (endpoints.some(({ method, path, tag }) => tag === endpoint || `${method} ${path}` === endpoint)) return;
  const tags = [...new Set(endpoints.map(({ tag }) => tag))];
  throw noEndpoint(endpoint, tags);
}

const noEndpoint = (name: string, tags: readonly string[]): UsageError =>
  new UsageError(`--endpoint: there is no endpoint or tag named "${name}"; tags are ${tags.join(', ')}`);
