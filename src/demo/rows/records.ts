import { REASONS, type ReasonCode } from '../../base/reasons.ts';
import type { LogRecord } from '../../features/logs/record.ts';
import type { Random } from '../random.ts';
import { addressOf, type Caller, type RowEndpoint } from './callers.ts';
import { type Choice, choose, weighted } from './choice.ts';

/** Why requests fail, and how often of those that do. */
const FAILURES: Choice<ReasonCode> = weighted([
  ['limit.burst', 26],
  ['limit.hour', 8],
  ['scope.method', 10],
  ['scope.endpoint', 7],
  ['ip.denied', 4],
  ['request.invalid', 14],
  ['resource.unknown', 14],
  ['restriction.hidden', 4],
  ['restriction.write', 3],
  ['token.expired', 3],
  ['token.revoked', 2],
  ['client.closed', 2],
  ['upstream.timeout', 2],
  ['upstream.failed', 1],
]);

/** What is answered before anybody knows who asks. */
const STRANGERS: Choice<ReasonCode> = weighted([
  ['token.missing', 5],
  ['token.unknown', 3],
  ['token.malformed', 2],
  ['endpoint.unknown', 1],
]);

/** The share of requests without a good token. */
const STRANGE = 0.006;

const SCANNED = ['/wp-login.php', '/.env', '/v2/shifts', '/admin', '/v1/employees'];
const STRANGE_AGENTS = ['curl/8.9.1', 'Mozilla/5.0 zgrab/0.x', 'python-requests/2.32.3'];

/** Makes the record of a made-up request that arrived at `time` (Unix milliseconds). */
export function recordAt(time: number, callerOf: (random: Random) => Caller, random: Random): LogRecord {
  if (random.chance(STRANGE)) return strangeRecord(time, random);
  const caller = callerOf(random);
  const endpoint = choose(caller.endpoints, random);
  const reason = random.chance(caller.failing) ? choose(FAILURES, random) : null;
  const status = reason === null ? plainStatus(endpoint) : REASONS[reason].status;
  const counted = reason === null || !/^(limit|ip|token)\./.test(reason);
  const durationMs = counted ? durationOf(caller, random) : 0.2 + random.next();
  const remaining = random.int(0, 10_000);
  const { token } = caller;
  const requestId = idOf(time, random);
  const bytesOut = status < 400 ? random.int(200, 24_000) : random.int(150, 400);
  const query = endpoint.path.endsWith('}') ? '' : endpoint.method === 'GET' ? queryOf(random) : '';
  const hasBody = endpoint.method === 'POST' || endpoint.method === 'PATCH';
  return {
    ...record(requestId, time, random),
    tokenId: token.id,
    tokenName: token.name,
    userId: token.userId,
    userName: token.userName,
    address: choose(caller.addresses, random),
    method: endpoint.method,
    path: endpoint.path.replace('{id}', () => idOf(time - random.int(0, 1e9), random)),
    query,
    endpoint: endpoint.name,
    tag: endpoint.tag,
    status,
    reason,
    durationMs,
    upstreamMs: counted ? Math.round(durationMs * 800) / 1_000 : null,
    bytesIn: hasBody ? random.int(80, 900) : 0,
    bytesOut,
    userAgent: caller.agent,
    counted,
    request: {
      headers: [
        ['host', 'api.shifts.example'],
        ['user-agent', caller.agent],
        ['accept', 'application/json'],
        ['accept-encoding', 'gzip, deflate'],
        ...(hasBody ? ([['content-type', 'application/json']] as [string, string][]) : []),
      ],
      body: null,
    },
    response: {
      headers: [
        ['X-Request-Id', requestId],
        ['X-RateLimit-Limit', '10000'],
        ['X-RateLimit-Remaining', String(remaining)],
        ['X-RateLimit-Reset', String(Math.ceil(time / 1_000) + 60)],
        ['Content-Type', status < 400 ? 'application/json' : 'application/problem+json'],
        ['Content-Length', String(bytesOut)],
        ['Cache-Control', 'no-store'],
      ],
      body: reason === null ? null : problemOf(reason, status, requestId),
    },
    checks: checksOf(reason, token.name),
    limits: { limit: 10_000, remaining, reset: Math.ceil(time / 1_000) + 60 },
    removed: ['header authorization'],
  };
}

function strangeRecord(time: number, random: Random): LogRecord {
  const reason = choose(STRANGERS, random);
  const requestId = idOf(time, random);
  const agent = random.pick(STRANGE_AGENTS);
  const { status } = REASONS[reason];
  const body = problemOf(reason, status, requestId);
  return {
    ...record(requestId, time, random),
    address: addressOf(random),
    path: random.pick(SCANNED),
    status,
    reason,
    bytesOut: body.bytes,
    userAgent: agent,
    request: {
      headers: [
        ['host', 'api.shifts.example'],
        ['user-agent', agent],
      ],
      body: null,
    },
    response: {
      headers: [
        ['X-Request-Id', requestId],
        ['Content-Type', 'application/problem+json'],
      ],
      body,
    },
    checks: [{ check: 'credential', passed: false, detail: 'no token that is known' }],
  };
}

/** What a record has before anything is known of its request, in the order in which the gateway writes it. */
const record = (requestId: string, time: number, random: Random): LogRecord => ({
  requestId,
  time,
  tokenId: null,
  tokenName: null,
  userId: null,
  userName: null,
  address: '',
  method: 'GET',
  path: '/',
  query: '',
  endpoint: null,
  tag: null,
  status: 200,
  reason: null,
  durationMs: Math.round(200 + random.next() * 600) / 1_000,
  upstreamMs: null,
  bytesIn: 0,
  bytesOut: 0,
  userAgent: '',
  policyVersion: 1,
  secretId: null,
  secretPrefix: null,
  counted: false,
  request: { headers: [], body: null },
  response: { headers: [], body: null },
  checks: [],
  limits: null,
  removed: [],
});

const plainStatus = ({ method }: RowEndpoint): number =>
  method === 'POST' ? 201 : method === 'DELETE' ? 204 : 200;

/** Most take about what is typical, a few many times that. */
function durationOf({ typicalMs }: Caller, random: Random): number {
  const bell = random.next() + random.next() + random.next() - 1.5;
  const slow = random.chance(0.01) ? 20 : 1;
  return Math.round(typicalMs * Math.exp(bell * 1.2) * slow * 1_000) / 1_000;
}

const queryOf = (random: Random): string => `limit=${random.int(1, 20) * 10}&page=${random.int(1, 90)}`;

const problemOf = (reason: ReasonCode, status: number, requestId: string) => {
  const text = `{"type":"about:blank","title":"${reason}","status":${status},"code":"${REASONS[reason].code}","requestId":"${requestId}"}`;
  return { type: 'application/problem+json', bytes: text.length, text };
};

function checksOf(reason: ReasonCode | null, tokenName: string): LogRecord['checks'] {
  const passed: LogRecord['checks'] = [
    { check: 'credential', passed: true, detail: tokenName },
    { check: 'address', passed: true, detail: 'no range applies' },
    { check: 'limits', passed: true, detail: 'within 10000 an hour' },
    { check: 'endpoint', passed: true, detail: 'in the catalogue' },
    { check: 'scope', passed: true, detail: 'full' },
  ];
  if (reason === null) return passed;
  const [kind] = reason.split('.');
  const failing = { token: 0, ip: 1, limit: 2, endpoint: 3, scope: 4 }[kind ?? ''] ?? passed.length;
  const check = passed[failing]?.check ?? (kind === 'restriction' ? 'restrictions' : 'request');
  return [...passed.slice(0, failing), { check, passed: false, detail: reason }];
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A UUID version 7 (RFC 9562) of a time, the same for the same sequence. */
function idOf(time: number, random: Random): string {
  const ms = Math.max(0, time).toString(16).padStart(12, '0');
  const bits = () => random.int(0, 0xff_ff);
  const hex = (of: number) => `${HEX[of >> 8]}${HEX[of & 0xff]}`;
  const version = hex((bits() & 0x0f_ff) | 0x70_00);
  const variant = hex((bits() & 0x3f_ff) | 0x80_00);
  return `${ms.slice(0, 8)}-${ms.slice(8)}-${version}-${variant}-${hex(bits())}${hex(bits())}${hex(bits())}`;
}
