import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { Fault } from '../../base/faults.ts';
import { compileCatalogue } from '../endpoints/catalogue.ts';
import type { Endpoint } from '../endpoints/contract.ts';
import { readDocument } from '../endpoints/read-document.ts';
import { readEndpoints } from '../endpoints/read-endpoints.ts';
import { parseRange } from '../ip-rules/ranges.ts';
import { guardAddresses } from './address-guard.ts';
import type { UpstreamSettings } from './contract.ts';

/** An upstream that can be proxied to: its address and its catalogue. */
export interface CheckedUpstream {
  readonly settings: UpstreamSettings;
  /** As `https://api.example.org`. */
  readonly origin: string;
  /** What stands before the path of every request, as `/base`, or ''. */
  readonly prefix: string;
  readonly endpoints: readonly Endpoint[];
}

const refused = (field: string, detail: string): Fault => new Fault('input.invalid', { field, detail });

/** Reads and checks what an upstream is set to; refused with `input.invalid` and `openapi.invalid`. */
export function checkUpstream(given: UpstreamSettings): CheckedUpstream {
  const url = readUrl(given.url);
  const allowAddresses = given.allowAddresses.map((text) => {
    const parsed = parseRange(text);
    if (!parsed.ok) throw new Fault('range.invalid', { range: text, detail: parsed.detail });
    return parsed.canonical;
  });
  // A name is judged when it is connected to; an address can be now.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const denied = isIP(host) === 0 ? null : guardAddresses(allowAddresses).refuse(host);
  if (denied !== null) throw refused('url', `${denied}, where no upstream may be unless you allow it`);
  if (!isAbsolute(given.openApiFile)) throw refused('openApiFile', 'it is not an absolute path');
  const { endpoints, basePath } = readEndpoints(readDocument(given.openApiFile), given.openApiFile);
  // Refuses what is ambiguous.
  compileCatalogue(endpoints, given.openApiFile);
  return {
    settings: { ...given, url: url.href, allowAddresses },
    origin: url.origin,
    prefix: prefixOf(url, basePath),
    endpoints,
  };
}

function readUrl(text: string): URL {
  const refuse = (detail: string) => refused('url', detail);
  if (!URL.canParse(text)) throw refuse('it is not an absolute URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('it is neither http nor https');
  // It would lie in the database in clear.
  if (url.username !== '' || url.password !== '') throw refuse('it must not hold credentials');
  if (url.search !== '' || url.hash !== '' || /[?#]/.test(text))
    throw refuse('it must not have a query or a fragment');
  return url;
}

/**
 * Requests have the paths of the document, its server's base path included; a path of the upstream's URL stands in
 * front, but for a base path that it ends with already.
 */
function prefixOf(url: URL, basePath: string): string {
  const path = url.pathname.replace(/\/+$/, '');
  return basePath !== '' && path.endsWith(basePath) ? path.slice(0, -basePath.length) : path;
}
