import { detailOf } from './detail.ts';
import { HeadText } from './head-text.ts';
import { isoTime } from './iso-time.ts';
import type { LogRecord } from './record.ts';
import { decodeRecord, decodeTail, type Tail } from './stored-record.ts';

/** NDJSON loses nothing: the whole detail, and what the console does not show. */
export const ndjsonLine = (record: LogRecord): string =>
  `${JSON.stringify({ ...detailOf(record), tag: record.tag, counted: record.counted })}\n`;

/** What is written as it stands in the record's head, in this order. */
const AS_THEY_ARE = [
  ...['tokenId', 'tokenName', 'userName', 'address', 'method', 'endpoint', 'status', 'reason', 'durationMs'],
  ...[
    'bytesIn',
    'bytesOut',
    'userAgent',
    'peer',
    'userId',
    'query',
    'upstreamMs',
    'policyVersion',
    'secretId',
  ],
  ...['secretPrefix', 'trial', 'aborted', 'tag', 'counted'],
] as const satisfies readonly (keyof LogRecord)[];

const head = new HeadText();

/** As `ndjsonLine`, of the line of a record; its fields are in another order. */
export function ndjsonLineOf(json: string): string {
  if (!head.read(json)) return ndjsonLine(decodeRecord(json));
  const [requestId, path, query] = [head.raw('requestId'), head.raw('path'), head.raw('query')];
  const whole = query === '""' ? path : `${path.slice(0, -1)}?${query.slice(1)}`;
  let line = `{"requestId":${requestId},"time":"${isoTime(Number(head.raw('time')))}","path":${whole}`;
  for (const name of AS_THEY_ARE) line += `,"${name}":${head.raw(name)}`;
  const { request, response, checks, limits, removed } = decodeTail(JSON.parse(head.tail) as Tail, {
    requestId: JSON.parse(requestId) as string,
    bytesOut: Number(head.raw('bytesOut')),
  });
  const interrupted = head.raw('phase') === '"interrupted"';
  return `${line},"interrupted":${interrupted},${JSON.stringify({ request, response, checks, limits, removed }).slice(1)}\n`;
}
