import { type Flaw, flaw } from './flaw.ts';
import type { Head, OpenReader } from './format.ts';
import { HeadFields } from './head-fields.ts';
import { isFields, number, parseObject, recordOf, text, whole } from './own-record.ts';
import { HarLines, HarSplitter } from './split-har.ts';
import { NO_TEXT, type TextTable } from './text-table.ts';
import { isoTime } from './values.ts';

const PLACES = {
  time: 0,
  durationMs: 1,
  method: 2,
  url: 3,
  status: 4,
  server: 5,
  tokenId: 6,
  tokenName: 7,
  userId: 8,
  userName: 9,
  address: 10,
  endpoint: 11,
  tag: 12,
  reason: 13,
  counted: 14,
} as const;

const WANTED = {
  startedDateTime: PLACES.time,
  time: PLACES.durationMs,
  serverIPAddress: PLACES.server,
  request: { method: PLACES.method, url: PLACES.url },
  response: { status: PLACES.status },
  // What our export has that HAR has no place for.
  _gatehouse: {
    tokenId: PLACES.tokenId,
    tokenName: PLACES.tokenName,
    userId: PLACES.userId,
    userName: PLACES.userName,
    address: PLACES.address,
    endpoint: PLACES.endpoint,
    tag: PLACES.tag,
    reason: PLACES.reason,
    counted: PLACES.counted,
  },
};

const openHar =
  (Splitter: typeof HarSplitter | typeof HarLines): OpenReader =>
  (texts) => {
    const fields = new HeadFields(WANTED, Object.keys(PLACES).length, texts);
    return {
      split: (taker) => new Splitter(taker),
      head: (bytes, from, to, head) =>
        fields.scan.read(bytes, from, to) ? fill(bytes, fields, head, texts) : flaw('line.not_json'),
      record(bytes, ownId) {
        const entry = parseObject(bytes);
        return entry && recordOf(ownFields(entry), ownId);
      },
    };
  };

/** HAR 1.2 with an entry on a line of its own, as we write it. */
export const openHarLines = openHar(HarLines);
/** HAR 1.2 however it is written, also that of a browser. */
export const openHarStream = openHar(HarSplitter);

function fill(bytes: Uint8Array, fields: HeadFields, head: Head, texts: TextTable): Flaw | null {
  head.time = fields.time(bytes, PLACES.time, 'startedDateTime', isoTime);
  head.status = fields.status(bytes, PLACES.status, 'response.status');
  head.durationMs = fields.number(bytes, PLACES.durationMs, 'time');
  head.method = fields.neededText(bytes, PLACES.method, 'request.method');
  if (!fields.has(PLACES.url)) fields.wrong(PLACES.url, 'request.url');
  for (const field of NAMES) head[field] = fields.text(bytes, PLACES[field], field);
  // A browser's has no client, which is the browser itself.
  head.address = fields.text(bytes, PLACES.address, 'address', true);
  if (head.address === NO_TEXT) head.address = texts.numberOf('', true);
  head.counted = fields.isTrue(PLACES.counted);
  return fields.takeFlaw();
}

const NAMES = ['tokenId', 'tokenName', 'userId', 'userName', 'endpoint', 'tag', 'reason'] as const;

/** An entry's fields by the names of our own. */
function ownFields(entry: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const part = (value: unknown) => (isFields(value) ? value : {});
  const [request, response, own] = [part(entry.request), part(entry.response), part(entry._gatehouse)];
  const content = part(response.content);
  const postData = part(request.postData);
  const headers = (value: unknown) =>
    Array.isArray(value) ? value.filter(isFields).map(({ name, value }) => [name, value]) : [];
  const requestHeaders = headers(request.headers);
  const agent = requestHeaders.find(([name]) => text(name).toLowerCase() === 'user-agent');
  return {
    requestId: null,
    address: '',
    userAgent: agent?.[1],
    bytesIn: bytesOf(request.bodySize),
    bytesOut: bytesOf(response.bodySize),
    ...own,
    time: entry.startedDateTime,
    durationMs: number(entry.time),
    method: request.method,
    path: pathOf(text(request.url)),
    status: response.status,
    request: {
      headers: requestHeaders,
      body:
        request.postData === undefined
          ? null
          : { type: text(postData.mimeType), bytes: bytesOf(request.bodySize), text: postData.text ?? null },
    },
    response: {
      headers: headers(response.headers),
      body:
        content.text === undefined
          ? null
          : { type: text(content.mimeType), bytes: whole(content.size), text: content.text },
    },
  };
}

/** HAR writes -1 where a size is not known. */
const bytesOf = (value: unknown): number => whole(value);

function pathOf(url: string): string {
  // Not by URL, which writes some of a path anew.
  const path = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? url;
  return path.startsWith('/') ? path : `/${path}`;
}
