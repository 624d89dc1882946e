import type { LogRecord } from './record.ts';

/**
 * How a record is written into the journal and the log's files: its head as it is, and what is only shown one row at a
 * time as an array without the names, checks that passed as their text, and no header that the head already says. That
 * is some half of its JSON, which the gateway writes and the log writer reads and writes for every request.
 */
type Tail = [
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
type Headers = LogRecord['response']['headers'];

/** Where the head ends. A text cannot hold this: its quotes are escaped. */
export const END_OF_HEAD = ',"tail":[';

/** A check that passed stands at its place here without its name. */
export const CHECKS: readonly Check['check'][] = [
  'credential',
  'address',
  'limits',
  'endpoint',
  'scope',
  'request',
  'restrictions',
];

/** A header that the head already says, or that is always the same. */
interface KnownHeader {
  readonly name: string;
  /** Which part of the record its value is, or the value itself. */
  readonly value: 'requestId' | 'bytesOut' | 'limit' | 'remaining' | 'reset' | { readonly always: string };
}

/** The headers of most answers, which are written as their number here. Only ever added to. */
export const KNOWN_HEADERS: readonly KnownHeader[] = [
  { name: 'X-Request-Id', value: 'requestId' },
  { name: 'X-RateLimit-Limit', value: 'limit' },
  { name: 'X-RateLimit-Remaining', value: 'remaining' },
  { name: 'X-RateLimit-Reset', value: 'reset' },
  { name: 'Content-Length', value: 'bytesOut' },
  { name: 'Cache-Control', value: { always: 'no-store' } },
  { name: 'Content-Type', value: { always: 'application/json' } },
];
/** The values of headers that a line does not spell out, though its record has them. */
export const UNWRITTEN_VALUES: readonly string[] = KNOWN_HEADERS.flatMap(({ value }) =>
  typeof value === 'object' ? [value.always] : [],
);
const NUMBERS = new Map(KNOWN_HEADERS.map(({ name }, number) => [name, number]));

/** What known headers repeat. */
type Repeated = Pick<LogRecord, 'requestId' | 'limits' | 'bytesOut'>;

/** The value of a known header; undefined where the record does not say it. */
function knownValue({ value }: KnownHeader, record: Repeated): string | undefined {
  if (typeof value === 'object') return value.always;
  if (value === 'requestId') return record.requestId;
  if (value === 'bytesOut') return String(record.bytesOut);
  return record.limits === null ? undefined : String(record.limits[value]);
}

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
  const [requestHeaders, requestBody, responseHeaders, responseBody, checks, counts, removed] = tail;
  const limits = counts && { limit: counts[0], remaining: counts[1], reset: counts[2] };
  return {
    ...head,
    request: { headers: decodeHeaders(requestHeaders, { ...head, limits }), body: requestBody },
    response: { headers: decodeHeaders(responseHeaders, { ...head, limits }), body: responseBody },
    checks: checks.map(decodeCheck),
    limits,
    removed,
  };
}

function encodeHeaders(headers: Headers, record: LogRecord): (string | number)[] {
  const flat: (string | number)[] = [];
  for (const [name, value] of headers) {
    const number = NUMBERS.get(name);
    if (number !== undefined && knownValue(KNOWN_HEADERS[number] as KnownHeader, record) === value)
      flat.push(number);
    else flat.push(name, value);
  }
  return flat;
}

function decodeHeaders(flat: readonly (string | number)[], record: Repeated): Headers {
  const headers: Headers = [];
  for (let i = 0; i < flat.length; i++) {
    const item = flat[i] as string | number;
    const known = typeof item === 'number' ? KNOWN_HEADERS[item] : undefined;
    const value = known && knownValue(known, record);
    if (known && value !== undefined) headers.push([known.name, value]);
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
