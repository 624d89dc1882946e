import type { Endpoint } from './contract.ts';
import { openApiFault } from './openapi-fault.ts';
import { addPath, findPath, newTrie } from './path-trie.ts';
import { readEndpoints } from './read-endpoints.ts';

/** What a method and a path of a request name in the catalogue. HEAD is answered as GET is. */
export type CatalogueMatch =
  | { readonly kind: 'found'; readonly endpoint: Endpoint; readonly params: Readonly<Record<string, string>> }
  /** The path exists with other methods: `allow` is what the `Allow` header says. */
  | { readonly kind: 'method'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' };

export interface Catalogue {
  readonly endpoints: readonly Endpoint[];
  /** Every tag that an endpoint has, in the order of their first use. */
  readonly tags: readonly string[];
  /** `path` is the raw path of the request line, without its query. */
  match(method: string, path: string): CatalogueMatch;
}

const UNKNOWN: CatalogueMatch = { kind: 'unknown' };

/** The catalogue in an OpenAPI 3.x document (as parsed JSON); refused as by readEndpoints. */
export const catalogueOf = (document: unknown): Catalogue =>
  compileCatalogue(readEndpoints(document).endpoints);

/**
 * Compiles endpoints for look-ups. Refused with `openapi.invalid` are two of one method whose templates differ in
 * their parameters' names only.
 */
export function compileCatalogue(endpoints: readonly Endpoint[], file = 'document'): Catalogue {
  const trie = newTrie<Endpoint>();
  for (const endpoint of endpoints)
    if (!addPath(trie, endpoint.path, endpoint.method, endpoint))
      throw openApiFault(
        file,
        endpoint.path,
        `two paths are the same as "${endpoint.path}" for ${endpoint.method}`,
      );
  return {
    endpoints,
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))],
    match(method, path) {
      const place = findPath(trie, path);
      if (place === null) return UNKNOWN;
      const { leaves, values } = place;
      const leaf = leaves.get(method) ?? (method === 'HEAD' ? leaves.get('GET') : undefined);
      if (leaf === undefined) return { kind: 'method', allow: allowed(leaves.keys()) };
      return { kind: 'found', endpoint: leaf.value, params: named(leaf.names, values) };
    },
  };
}

function allowed(methods: Iterable<string>): string[] {
  const allow = new Set(methods);
  if (allow.has('GET')) allow.add('HEAD');
  return [...allow].sort();
}

function named(names: readonly string[], values: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) params[name] = values[index] ?? '';
  return params;
}
