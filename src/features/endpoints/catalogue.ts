import { Fault } from '../../base/faults.ts';
import type { Endpoint } from './contract.ts';
import { addPath, findPath, newTrie } from './path-trie.ts';

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

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
/** The methods that RFC 9110 calls safe: an endpoint with another one writes. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const UNTAGGED = 'untagged';
const UNKNOWN: CatalogueMatch = { kind: 'unknown' };

/**
 * The endpoint catalogue in an OpenAPI 3.x document (as parsed JSON). An operation is listed under its first
 * tag; one without an `operationId` is called by its method and path. Refuses with `input.invalid` what is
 * not such a document.
 */
export function catalogueOf(document: unknown): Catalogue {
  const endpoints = readEndpoints(document);
  const trie = newTrie<Endpoint>();
  for (const endpoint of endpoints) addPath(trie, endpoint.path, endpoint.method, endpoint);
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

function readEndpoints(document: unknown): Endpoint[] {
  if (!isRecord(document)) throw refused('it is not a JSON object');
  if (typeof document.openapi !== 'string' || !document.openapi.startsWith('3.'))
    throw refused('its "openapi" member does not name a version 3.x');
  if (!isRecord(document.paths)) throw refused('it has no "paths"');
  const endpoints: Endpoint[] = [];
  const operations = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) throw refused(`the path "${path}" does not begin with a slash`);
    if (!isRecord(item)) throw refused(`the path "${path}" is not an object`);
    if ('$ref' in item) throw refused(`the path "${path}" is a reference; bundle the document first`);
    for (const method of METHODS) {
      const operation = item[method];
      if (!isRecord(operation)) continue;
      const endpoint = readEndpoint(method.toUpperCase(), path, operation);
      if (operations.has(endpoint.operation))
        throw refused(`the operationId "${endpoint.operation}" is used twice`);
      operations.add(endpoint.operation);
      endpoints.push(endpoint);
    }
  }
  if (endpoints.length === 0) throw refused('it describes no operation');
  return endpoints;
}

function readEndpoint(method: string, path: string, operation: Record<string, unknown>): Endpoint {
  const [tag] = Array.isArray(operation.tags) ? operation.tags : [];
  return {
    operation: text(operation.operationId) ?? `${method} ${path}`,
    method,
    path,
    tag: text(tag) ?? UNTAGGED,
    summary: text(operation.summary) ?? '',
    writes: !SAFE.has(method),
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

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const refused = (detail: string): Fault => new Fault('input.invalid', { field: 'OpenAPI document', detail });
