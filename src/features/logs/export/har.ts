import { STATUS_CODES } from 'node:http';
import { detailOf } from '../detail.ts';
import type { LogRecord } from '../record.ts';

/** HAR 1.2 (Web Performance Working Group, W3C draft of 2012): what goes before the entries, between them and behind. */
export const harHead = (version: string): string =>
  `{"log":{"version":"1.2","creator":{"name":"Gatehouse","version":${JSON.stringify(version)}},"entries":[\n`;
export const harBetween = ',\n';
export const harTail = '\n]}}\n';

/** Where a request went that names no host. RFC 2606 keeps the name from ever being one. */
const NO_HOST = 'gateway.invalid';

const headerOf = (headers: readonly (readonly [string, string])[], name: string): string | undefined =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1];

const named = (list: Iterable<readonly [string, string]>) =>
  [...list].map(([name, value]) => ({ name, value }));

/** A record as an entry. What HAR has no place for is under `_gatehouse`; times are milliseconds, sizes bytes. */
export function harEntry(record: LogRecord): string {
  const { request, response, checks, limits, removed, time, method, path, ...rest } = detailOf(record);
  const wait = rest.upstreamMs ?? rest.durationMs;
  return JSON.stringify({
    startedDateTime: time.toISOString(),
    time: rest.durationMs,
    request: {
      method,
      url: urlOf(headerOf(request.headers, 'host'), path),
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: named(request.headers),
      queryString: named(new URLSearchParams(rest.query)),
      headersSize: -1,
      bodySize: rest.bytesIn,
      ...(request.body === null
        ? {}
        : { postData: { mimeType: request.body.type, text: request.body.text ?? '' } }),
    },
    response: {
      status: rest.status,
      statusText: STATUS_CODES[rest.status] ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: named(response.headers),
      content: {
        size: rest.bytesOut,
        mimeType: response.body?.type ?? headerOf(response.headers, 'content-type') ?? '',
        ...(response.body?.text == null ? {} : { text: response.body.text }),
      },
      redirectURL: headerOf(response.headers, 'location') ?? '',
      headersSize: -1,
      bodySize: rest.bytesOut,
    },
    cache: {},
    timings: { send: 0, wait, receive: Math.max(0, rest.durationMs - wait) },
    _gatehouse: { ...rest, tag: record.tag, counted: record.counted, checks, limits, removed },
  });
}

/** The host is what the client wrote: where no URL comes of it, it is left out. */
const urlOf = (host: string | undefined, path: string): string =>
  `http://${host !== undefined && URL.canParse(`http://${host}/`) ? host : NO_HOST}${path}`;
