import type { Endpoint } from './contract.ts';
import { openApiFault, pointerStep } from './openapi-fault.ts';
import { isRecord, type Placed, referencesOf } from './references.ts';

/** What a gateway takes from an OpenAPI document. */
export interface ReadCatalogue {
  readonly endpoints: Endpoint[];
  /** The path of the document's first server, as `/v1`, or ''; the endpoints' paths begin with it. */
  readonly basePath: string;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
/** The methods that RFC 9110 calls safe: an endpoint with another one writes. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const UNTAGGED = 'untagged';

/**
 * The endpoints in an OpenAPI 3.x document (as parsed JSON or YAML). An operation is listed under its first tag; one
 * without a tag under the first word of its path, one without an `operationId` by its method and path. Refused with
 * `openapi.invalid`, naming the place, is what is not such a document.
 * @param file its path, for references to files beside it and for refusals
 */
export function readEndpoints(document: unknown, file = 'document'): ReadCatalogue {
  if (!isRecord(document)) throw openApiFault(file, '#', 'it is not a JSON object');
  if ('swagger' in document)
    throw openApiFault(file, '#/swagger', 'this is Swagger 2.0; convert it to OpenAPI 3.x');
  if (typeof document.openapi !== 'string' || !document.openapi.startsWith('3.'))
    throw openApiFault(file, '#/openapi', 'it does not name a version 3.x');
  if (!isRecord(document.paths)) throw openApiFault(file, '#/paths', 'it has no "paths"');
  const { follow } = referencesOf(file, document);
  const basePath = basePathOf(document.servers, { value: document, file, pointer: '#' }) ?? '';
  const endpoints: Endpoint[] = [];
  const operations = new Map<string, string>();
  const there = new Set<string>();
  for (const [key, raw] of withoutFragmentsFirst(document.paths)) {
    if (key.startsWith('x-')) continue;
    const pointer = `#/paths/${pointerStep(key)}`;
    const [path = ''] = key.split('#', 1);
    if (!path.startsWith('/')) throw openApiFault(file, pointer, 'the path does not begin with a slash');
    if (path.includes('?')) throw openApiFault(file, pointer, 'a path has no "?"');
    const item = follow({ value: raw, file, pointer });
    if (!isRecord(item.value)) throw openApiFault(item.file, item.pointer, 'the path is not an object');
    const itemBase = basePathOf(item.value.servers, item) ?? basePath;
    for (const method of METHODS) {
      if (item.value[method] === undefined) continue;
      // Over HTTP a variant with a fragment is the operation that it is a variant of.
      if (path !== key && there.has(`${method} ${path}`)) continue;
      there.add(`${method} ${path}`);
      const place: Placed = { ...item, value: item.value[method], pointer: `${item.pointer}/${method}` };
      if (!isRecord(place.value))
        throw openApiFault(place.file, place.pointer, 'the operation is not an object');
      const base = basePathOf(place.value.servers, place) ?? itemBase;
      const endpoint = readEndpoint(method.toUpperCase(), base, path, place.value);
      const known = operations.get(endpoint.operation);
      if (known !== undefined)
        throw openApiFault(
          place.file,
          place.pointer,
          `the operationId "${endpoint.operation}" is used twice, at ${known} too`,
        );
      operations.set(endpoint.operation, place.pointer);
      endpoints.push(endpoint);
    }
  }
  if (endpoints.length === 0) throw openApiFault(file, '#/paths', 'it describes no operation');
  return { endpoints, basePath };
}

/** Some documents describe one operation in several ways, as `/files/{id}#lock`: those come behind it. */
const withoutFragmentsFirst = (paths: Record<string, unknown>): [string, unknown][] =>
  Object.entries(paths).sort(([one], [other]) => Number(one.includes('#')) - Number(other.includes('#')));

function readEndpoint(
  method: string,
  basePath: string,
  template: string,
  operation: Record<string, unknown>,
): Endpoint {
  const [tag] = Array.isArray(operation.tags) ? operation.tags : [];
  const path = `${basePath}${template}`;
  return {
    operation: text(operation.operationId) ?? `${method} ${path}`,
    method,
    path,
    tag: text(tag) ?? firstWord(template),
    summary: text(operation.summary) ?? '',
    writes: !SAFE.has(method),
  };
}

/** The first segment of a path that is neither a version nor a parameter. */
const firstWord = (template: string): string =>
  template.split('/').find((segment) => segment !== '' && !/^v\d+(\.\d+)*$|\{/.test(segment)) ?? UNTAGGED;

/** The path of the first of `servers`, its variables at their defaults; null where there is no server. */
function basePathOf(servers: unknown, { file, pointer }: Placed): string | null {
  if (!Array.isArray(servers) || servers.length === 0) return null;
  const place = `${pointer}/servers/0`;
  const server: unknown = servers[0];
  if (!isRecord(server) || typeof server.url !== 'string')
    throw openApiFault(file, place, 'a server has a "url"');
  const variables = isRecord(server.variables) ? server.variables : {};
  const url = server.url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const variable = variables[name];
    if (!isRecord(variable) || typeof variable.default !== 'string')
      throw openApiFault(file, place, `the variable {${name}} has no default`);
    return variable.default;
  });
  const [, path = ''] = /^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/[^/?#]*)?([^?#]*)/i.exec(url) ?? [];
  const trimmed = path.replace(/^\.?(?=\/)/, '').replace(/\/+$/, '');
  if (trimmed === '' || trimmed === '.') return '';
  const base = trimmed.startsWith('/') ? trimmed : `/${trimmed}`;
  if (base.split('/').some((segment) => segment === '.' || segment === '..'))
    throw openApiFault(file, place, 'the path of a server has no dot segments');
  return base;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
