import type { Endpoint } from '../features/endpoints/contract.ts';
import type { LogRecord } from '../features/logs/record.ts';
import { redactBody, redactPath, redactQuery, redactText } from '../features/logs/redact.ts';
import type { Answer, ShownLimits } from './answer.ts';
import type { Exchange } from './exchange.ts';
import type { Check } from './judge.ts';

/** Of a body at most so many characters are kept in the log, and only of requests that failed. */
const KEPT_CHARACTERS = 4_096;

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
  const removed = [...path.removed, ...query.removed, ...requestHeaders.removed];
  const failed = answer.status >= 400;
  const bytesIn = exchange.body?.length ?? intake.head.contentLength ?? 0;
  return {
    requestId: exchange.requestId,
    time: exchange.time,
    tokenId: compiled?.token.id ?? null,
    tokenName: compiled?.token.name ?? null,
    userId: compiled?.user.id ?? null,
    userName: compiled?.user.name ?? null,
    address: exchange.address,
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
    counted: exchange.limits?.admitted === true,
    steadyTime: roundMs(exchange.steadyTime),
    ...(typeof secret?.validUntil === 'number' && { secretUntil: secret.validUntil }),
    ...(exchange.places !== undefined && { places: exchange.places }),
    request: {
      headers: requestHeaders.value,
      body: failed ? keptBody(intake.head.contentType, exchange.body, bytesIn, removed) : null,
    },
    response: {
      // Ours, made of constants, numbers and ids: there is nothing in them to redact.
      headers: pairsOf(headers),
      body: failed ? keptAnswer(answer, removed) : null,
    },
    checks: failed ? exchange.checks.map(redactCheck) : [...exchange.checks],
    limits: shown,
    removed,
  };
}

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
  removed: string[],
): LogRecord['request']['body'] {
  const redacted = redactBody(type, bytes, length);
  removed.push(...redacted.removed);
  const body = redacted.value;
  if (body === null || body.text === null) return body;
  return { ...body, text: body.text.slice(0, KEPT_CHARACTERS) };
}

/** A refusal can name a field that the client called like a secret. */
const keptAnswer = (answer: Answer, removed: string[]): LogRecord['response']['body'] => {
  if (answer.body === null) return null;
  const bytes = Buffer.from(answer.body);
  return keptBody(answer.type, bytes, bytes.length, removed);
};

const redactCheck = (check: Check): Check =>
  check.passed ? check : { ...check, detail: redactText(check.detail, 'check').value.slice(0, 1_000) };

function pairsOf(headers: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) pairs.push([headers[i] as string, headers[i + 1] as string]);
  return pairs;
}

/** Microseconds are the finest that is worth its digits. */
const roundMs = (ms: number): number => Math.round(ms * 1_000) / 1_000;
