import type { Endpoint } from '../features/endpoints/contract.ts';
import type { LogRecord } from '../features/logs/record.ts';
import {
  type Redacted,
  redactBody,
  redactHeaders,
  redactPath,
  redactQuery,
  redactText,
} from '../features/logs/redact.ts';
import type { Answer, ShownLimits } from './answer.ts';
import type { Exchange } from './exchange.ts';
import type { Check } from './judge.ts';

/** Of a body at most so many characters are kept in the log, and only of requests that failed. */
const KEPT_CHARACTERS = 4_096;

/** Of what a check compared, which can be what the client sent, so many characters are looked through and kept. */
const READ_DETAIL = 4_000;
const KEPT_DETAIL = 1_000;

/** So many of the things that were removed are named. */
const MAX_REMOVED = 50;

/** The log's row of a request and its answer, redacted. `now` is monotonic milliseconds. */
export function recordOf(
  exchange: Exchange,
  answer: Answer,
  headers: readonly string[],
  shown: ShownLimits | null,
  now: number,
): LogRecord {
  const { intake, compiled, secret, endpoint } = exchange;
  const path = redactPath(intake.path);
  const query = redactQuery(intake.query);
  const { headers: requestHeaders, userAgent } = intake.head.logged;
  const answered = answerHeaders(answer, headers);
  const removed = new Set([
    ...path.removed,
    ...query.removed,
    ...requestHeaders.removed,
    ...answered.removed,
  ]);
  const failed = answer.status >= 400;
  const bytesIn = exchange.bytesIn ?? exchange.body?.length ?? intake.head.contentLength ?? 0;
  return {
    requestId: exchange.requestId,
    time: exchange.time,
    tokenId: compiled?.token.id ?? null,
    tokenName: compiled?.token.name ?? null,
    userId: compiled?.user.id ?? null,
    userName: compiled?.user.name ?? null,
    address: exchange.judged.address,
    ...(exchange.peer === exchange.judged.address ? {} : { peer: exchange.peer }),
    method: intake.method,
    path: path.value,
    query: query.value,
    endpoint: endpoint === null ? null : labelOf(endpoint),
    tag: endpoint?.tag ?? null,
    status: answer.status,
    reason: answer.reason,
    durationMs: roundMs(now - exchange.steadyTime),
    upstreamMs: exchange.upstreamMs === null ? null : roundMs(exchange.upstreamMs),
    bytesIn,
    bytesOut: answer.body === null ? 0 : Buffer.byteLength(answer.body),
    userAgent: userAgent.value,
    policyVersion: exchange.policyVersion,
    secretId: secret?.id ?? null,
    secretPrefix: secret?.prefix ?? null,
    counted: exchange.limits?.admitted === true,
    ...(exchange.trial !== null && { trial: exchange.trial }),
    steadyTime: roundMs(exchange.steadyTime),
    ...(typeof secret?.validUntil === 'number' && { secretUntil: secret.validUntil }),
    ...(exchange.places !== undefined && { places: exchange.places }),
    request: {
      headers: requestHeaders.value,
      body: failed ? keptBody(intake.head.contentType, exchange.body, bytesIn, removed) : null,
    },
    response: {
      headers: answered.value,
      body: failed ? keptAnswer(answer, removed) : null,
    },
    checks: failed ? exchange.checks.map(redactCheck) : [...exchange.checks],
    limits: shown,
    removed: namesOf(removed),
  };
}

/** How a streamed answer ended. */
export interface StreamEnd {
  /** Of the body, given to the client's connection. */
  readonly bytes: number;
  readonly aborted: LogRecord['aborted'];
  readonly reason: LogRecord['reason'];
}

/** The row of a streamed answer before its first byte, and (`end`) after its last. */
export const openRecord = ({
  request,
  response,
  checks,
  limits,
  removed,
  ...head
}: LogRecord): LogRecord => ({
  ...head,
  phase: 'open',
  request,
  response,
  checks,
  limits,
  removed,
});

export function completeRecord(open: LogRecord, exchange: Exchange, end: StreamEnd, now: number): LogRecord {
  const { request, response, checks, limits, removed, ...head } = open;
  const whole = (bytes: number, headers: LogRecord['request']['headers']): LogRecord['request']['body'] =>
    head.status < 400 || bytes === 0 ? null : { type: typeOf(headers), bytes, text: null };
  const bytesIn = exchange.bytesIn ?? head.bytesIn;
  return {
    ...head,
    phase: 'complete',
    aborted: end.aborted ?? null,
    reason: end.reason,
    durationMs: roundMs(now - exchange.steadyTime),
    upstreamMs: exchange.upstreamMs === null ? null : roundMs(exchange.upstreamMs),
    bytesIn,
    bytesOut: end.bytes,
    request: { ...request, body: whole(bytesIn, request.headers) },
    response: { ...response, body: whole(end.bytes, response.headers) },
    checks,
    limits,
    removed,
  };
}

const typeOf = (headers: LogRecord['request']['headers']): string =>
  headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';

const labels = new WeakMap<Endpoint, string>();

/** As `GET /v1/shifts/{id}`. */
export function labelOf(endpoint: Endpoint): string {
  const known = labels.get(endpoint);
  if (known !== undefined) return known;
  const label = `${endpoint.method} ${endpoint.path}`;
  labels.set(endpoint, label);
  return label;
}

function keptBody(
  type: string | null,
  bytes: Uint8Array | null,
  length: number,
  removed: Set<string>,
): LogRecord['request']['body'] {
  const redacted = redactBody(type, bytes, length);
  for (const name of redacted.removed) removed.add(name);
  const body = redacted.value;
  if (body === null || body.text === null) return body;
  return { ...body, text: body.text.slice(0, KEPT_CHARACTERS) };
}

/** A refusal can name a field that the client called like a secret. */
const keptAnswer = (answer: Answer, removed: Set<string>): LogRecord['response']['body'] => {
  if (answer.body === null) return null;
  const bytes = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  return keptBody(answer.type, bytes, bytes.length, removed);
};

function namesOf(removed: ReadonlySet<string>): string[] {
  const names = [...removed];
  if (names.length <= MAX_REMOVED) return names;
  return [...names.slice(0, MAX_REMOVED), `… and ${names.length - MAX_REMOVED} more`];
}

function redactCheck(check: Check): Check {
  if (check.passed) return check;
  const { detail } = check;
  // Cut at a space: half a secret would not be known for one.
  const read =
    detail.length <= READ_DETAIL ? detail : detail.slice(0, detail.lastIndexOf(' ', READ_DETAIL) + 1);
  return { ...check, detail: redactText(read, 'check').value.slice(0, KEPT_DETAIL) };
}

/** Our own are made of constants, numbers and ids: there is nothing in them to redact. */
const answerHeaders = (answer: Answer, headers: readonly string[]): Redacted<[string, string][]> =>
  answer.passedOn ? redactHeaders(pairsOf(headers)) : { value: pairsOf(headers), removed: [] };

function pairsOf(headers: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] as string, headers[i + 1] as string]);
  return pairs;
}

/** Microseconds are the finest that is worth its digits. */
const roundMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;
