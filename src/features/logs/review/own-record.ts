import { reasonCodes } from '../../../base/reasons.ts';
import type { LogDetail } from '../contract.ts';
import type { LogRecord } from '../record.ts';
import { INVALID, isoTime } from './values.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in a record's text; null where it is none. */
export function parseObject(text: Buffer): Fields | null {
  try {
    const parsed: unknown = JSON.parse(text.toString('utf8'));
    return isFields(parsed) ? parsed : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return null;
    throw thrown;
  }
}

/**
 * The record of an exported line. What it has of another type than we write it counts as missing: whoever wrote the
 * file may have written anything.
 */
export function recordOf(fields: Fields, ownId: () => string): LogRecord {
  const [path, query] = splitPath(text(fields.path));
  const record: LogRecord = {
    requestId: text(fields.requestId) || ownId(),
    time: timeOf(fields.time),
    tokenId: textOrNull(fields.tokenId),
    tokenName: textOrNull(fields.tokenName),
    userId: textOrNull(fields.userId),
    userName: textOrNull(fields.userName),
    address: text(fields.address),
    method: text(fields.method),
    path,
    query,
    endpoint: textOrNull(fields.endpoint),
    tag: textOrNull(fields.tag),
    status: whole(fields.status),
    reason: reasonOf(fields.reason),
    durationMs: number(fields.durationMs),
    upstreamMs: typeof fields.upstreamMs === 'number' ? number(fields.upstreamMs) : null,
    bytesIn: whole(fields.bytesIn),
    bytesOut: whole(fields.bytesOut),
    userAgent: text(fields.userAgent),
    policyVersion: whole(fields.policyVersion),
    secretId: textOrNull(fields.secretId),
    secretPrefix: textOrNull(fields.secretPrefix),
    counted: fields.counted === true,
    request: messageOf(fields.request),
    response: messageOf(fields.response),
    checks: list(fields.checks).flatMap(checkOf),
    limits: limitsOf(fields.limits),
    removed: list(fields.removed).filter((item) => typeof item === 'string'),
  };
  if (typeof fields.peer === 'string') record.peer = fields.peer;
  if (fields.interrupted === true) record.phase = 'interrupted';
  const trial = TRIALS.find((one) => one === fields.trial);
  if (trial !== undefined) record.trial = trial;
  const aborted = ABORTS.find((one) => one === fields.aborted);
  if (aborted !== undefined) record.aborted = aborted;
  return record;
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
export const number = (value: unknown): number =>
  typeof value === 'number' && value >= 0 && value < Number.MAX_SAFE_INTEGER ? value : 0;
export const whole = (value: unknown): number => Math.floor(number(value));
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A path with its query, as rows show it. */
export function splitPath(whole: string): [path: string, query: string] {
  const mark = whole.indexOf('?');
  return mark === -1 ? [whole, ''] : [whole.slice(0, mark), whole.slice(mark + 1)];
}

function timeOf(value: unknown): number {
  const bytes = Buffer.from(text(value), 'latin1');
  const time = isoTime(bytes, 0, bytes.length);
  return time === INVALID ? 0 : time;
}

/** One that a later version knows stays what it is: it is shown as it stands. */
export const reasonOf = (value: unknown): LogRecord['reason'] =>
  reasonCodes.find((code) => code === value) ?? (textOrNull(value) as LogRecord['reason']);

const TRIALS = ['instance.hour', 'instance.burst', 'token.hour', 'token.burst'] as const;
const ABORTS = ['client', 'upstream', 'gateway'] as const;

function messageOf(value: unknown): LogDetail['request'] {
  const { headers, body } = isFields(value) ? value : {};
  return {
    headers: list(headers).flatMap((pair) =>
      Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string'
        ? [[pair[0], pair[1]] satisfies [string, string]]
        : [],
    ),
    body: isFields(body)
      ? { type: text(body.type), bytes: whole(body.bytes), text: textOrNull(body.text) }
      : null,
  };
}

const CHECKS = [
  ...['credential', 'address', 'limits', 'endpoint', 'scope', 'request', 'restrictions', 'upstream'],
] as LogDetail['checks'][number]['check'][];
const OWNERS = ['token', 'user', 'default', 'instance', 'all'] as const;

function checkOf(value: unknown): LogDetail['checks'] {
  if (!isFields(value)) return [];
  const check = CHECKS.find((one) => one === value.check);
  if (check === undefined) return [];
  const owner = OWNERS.find((one) => one === value.owner);
  const found = { check, passed: value.passed === true, detail: text(value.detail) };
  return [owner === undefined ? found : { ...found, owner }];
}

const limitsOf = (value: unknown): LogDetail['limits'] =>
  isFields(value)
    ? { limit: whole(value.limit), remaining: whole(value.remaining), reset: whole(value.reset) }
    : null;
