import type { LogRecord } from './record.ts';

/**
 * How a record is written into the journal and the log's files: its head as it is, and what is only shown one row at a
 * time as an array without the names, checks that passed as their text, and no header that the head already says. That
 * is some half of its JSON, which the gateway writes and the log writer reads and writes for every request.
 */
export type Tail = [
  requestHeaders: string[],
  requestBody: LogRecord['request']['body'],
  responseHeaders: (string | number)[],
  responseBody: LogRecord['response']['body'],
  checks: (string | [detail: string, owner: Owner] | Check)[],
  limits: [limit: number, remaining: number, reset: number] | null,
  removed: string[],
];

type Check = LogRecord['checks'][number];
type Owner = NonNullable<Check['owner']>;
type Header = readonly [name: string, value: string];
type Headers = LogRecord['response']['headers'];

/** Where the head ends. A text cannot hold this: its quotes are escaped. */
export const END_OF_HEAD = ',"tail":[';

/** A check that passed stands at its place here without its name. */
const CHECKS: readonly Check['check'][] = [
  'credential',
  'address',
  'limits',
  'endpoint',
  'scope',
  'request',
  'restrictions',
];

/** Headers of most answers that are the same in all of them. */
const SAME: readonly Header[] = [
  ['Cache-Control', 'no-store'],
  ['Content-Type', 'application/json'],
];
/** The values of headers that a line does not spell out, though its record has them. */
export const UNWRITTEN_VALUES: readonly string[] = SAME.map(([, value]) => value);

/** The headers of most answers, which are written as their number here. Only ever added to. */
const KNOWN: readonly ((record: Pick<LogRecord, 'requestId' | 'limits' | 'bytesOut'>) => Header | null)[] = [
  ({ requestId }) => ['X-Request-Id', requestId],
  ({ limits }) => limits && ['X-RateLimit-Limit', String(limits.limit)],
  ({ limits }) => limits && ['X-RateLimit-Remaining', String(limits.remaining)],
  ({ limits }) => limits && ['X-RateLimit-Reset', String(limits.reset)],
  ({ bytesOut }) => ['Content-Length', String(bytesOut)],
  ...SAME.map((header) => () => header),
];
const NUMBERS = new Map(
  KNOWN.map((known, number) => {
    const [name] = known({ requestId: '', limits: { limit: 0, remaining: 0, reset: 0 }, bytesOut: 0 }) ?? [
      '',
    ];
    return [name, number];
  }),
);

/** A record as its line of JSON. */
export function encodeRecord(record: LogRecord): string {
  const { request, response, checks, limits } = record;
  const tail: Tail = [
    request.headers.flat(),
    request.body,
    encodeHeaders(response.headers, record),
    response.body,
    checks.map(encodeCheck),
    limits === null ? null : [limits.limit, limits.remaining, limits.reset],
    record.removed,
  ];
  return JSON.stringify({
    ...record,
    request: undefined,
    response: undefined,
    checks: undefined,
    limits: undefined,
    removed: undefined,
    tail,
  });
}

/**
 * The record of a line, also of one from before there was a tail.
 * @throws SyntaxError where the text is no JSON
 */
export function decodeRecord(json: string): LogRecord {
  const stored = JSON.parse(json) as LogRecord & { tail?: Tail };
  if (stored.tail === undefined) return stored;
  const { tail, ...head } = stored;
  return { ...head, ...decodeTail(tail, head) };
}

/** The part of a record that stands behind its head. */
export type RecordTail = Pick<LogRecord, 'request' | 'response' | 'checks' | 'limits' | 'removed'>;

/** @param head what headers may repeat */
export function decodeTail(tail: Tail, head: Pick<LogRecord, 'requestId' | 'bytesOut'>): RecordTail {
  const [requestHeaders, requestBody, responseHeaders, responseBody, checks, counts, removed] = tail;
  const limits = counts && { limit: counts[0], remaining: counts[1], reset: counts[2] };
  const repeated = { requestId: head.requestId, bytesOut: head.bytesOut, limits };
  return {
    request: { headers: decodeHeaders(requestHeaders, repeated), body: requestBody },
    response: { headers: decodeHeaders(responseHeaders, repeated), body: responseBody },
    checks: checks.map(decodeCheck),
    limits,
    removed,
  };
}

function encodeHeaders(headers: Headers, record: LogRecord): (string | number)[] {
  const flat: (string | number)[] = [];
  for (const [name, value] of headers) {
    const number = NUMBERS.get(name);
    if (number !== undefined && KNOWN[number]?.(record)?.[1] === value) flat.push(number);
    else flat.push(name, value);
  }
  return flat;
}

function decodeHeaders(
  flat: readonly (string | number)[],
  record: Parameters<(typeof KNOWN)[0]>[0],
): Headers {
  const headers: Headers = [];
  for (let i = 0; i < flat.length; i++) {
    const item = flat[i] as string | number;
    const known = typeof item === 'number' ? KNOWN[item]?.(record) : undefined;
    if (known) headers.push([...known]);
    else headers.push([String(item), String(flat[++i])]);
  }
  return headers;
}

function encodeCheck(check: Check, place: number): Tail[4][number] {
  if (!check.passed || check.check !== CHECKS[place]) return check;
  return check.owner === undefined ? check.detail : [check.detail, check.owner];
}

function decodeCheck(stored: Tail[4][number], place: number): Check {
  if (typeof stored === 'object' && !Array.isArray(stored)) return stored;
  const check = CHECKS[place] as Check['check'];
  if (typeof stored === 'string') return { check, passed: true, detail: stored };
  return { check, passed: true, detail: stored[0], owner: stored[1] };
}
