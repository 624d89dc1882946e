import { HOUR } from '../../base/clock.ts';
import { catalogueOf } from '../../features/endpoints/catalogue.ts';
import { createLimiter, type Limiter } from '../../features/limits/limiter.ts';
import type { LogRecord } from '../../features/logs/record.ts';
import { ingestIfIdle } from '../../features/logs/replay.ts';
import { makeRecord, openJournalOf } from '../../features/logs/testing.ts';
import { openOperations, shiftsApiDocument } from '../../shifts-api/document.ts';
import { countFailedCredentials } from '../failed-credentials.ts';
import type { Credential } from '../judge.ts';
import { judge, questionOf } from '../judgement.ts';
import type { Policy } from '../policy.ts';
import { newRequestId } from '../request-ids.ts';

/** For tests: one synthetic request. `steadyTime` is milliseconds with fractions, `time` its whole part. */
export interface Synthetic {
  readonly time: number;
  readonly steadyTime: number;
  readonly tokenId: string | null;
  readonly method: string;
  readonly path: string;
  readonly address: string;
}

const TARGETS = [
  ['GET', '/v1/shifts'],
  ['GET', '/v1/shifts'],
  ['GET', '/v1/employees'],
  ['POST', '/v1/shifts'],
  ['POST', '/v1/notifications'],
  ['GET', '/v1/reports/0190f3c0-0000-7000-8000-0000000000ee'],
  ['PUT', '/v1/shifts'],
  ['GET', '/v1/nothing'],
  ['GET', '/v1/openapi.json'],
] as const;
const ADDRESSES = ['10.0.0.7', '10.0.3.4', '203.0.113.9', '2001:db8::5'];

/** For tests: a sequence of numbers in [0, 1) that looks random and is the same each time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** For tests: bursts, trickles and pauses of several clients, some of which know no token. */
export function* syntheticRequests(options: {
  seed: number;
  count: number;
  start: number;
  tokenIds: readonly string[];
  /** Mean milliseconds between two requests outside of bursts. */
  gap: number;
}): Generator<Synthetic, void> {
  const random = randomFrom(options.seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  let steadyTime = options.start;
  let burst = 0;
  let busy = pick(options.tokenIds);
  for (let i = 0; i < options.count; i++) {
    if (burst === 0 && random() < 0.01) {
      burst = 1 + Math.floor(random() * (random() < 0.1 ? 300 : 60));
      busy = pick(options.tokenIds);
    }
    steadyTime += burst > 0 ? 0.02 + random() * 3 : 0.02 + random() * 2 * options.gap;
    const [method, path] = pick(TARGETS);
    const known = random() > 0.03;
    yield {
      time: Math.floor(steadyTime),
      steadyTime: Math.round(steadyTime * 1_000) / 1_000,
      tokenId: burst > 0 ? busy : known ? pick(options.tokenIds) : null,
      method,
      path,
      address: pick(ADDRESSES),
    };
    if (burst > 0) burst--;
  }
}

/**
 * For tests: the rows of requests that `policyAt` judges as the gateway does.
 * @param restartAfter numbers of requests after which the gateway is started anew, with counters from its log
 */
export function decideAll(
  requests: Iterable<Synthetic>,
  policyAt: (request: Synthetic) => Policy,
  restartAfter: readonly number[] = [],
): LogRecord[] {
  const records: LogRecord[] = [];
  const failed = countFailedCredentials();
  let limiter = createLimiter();
  for (const request of requests) {
    const policy = policyAt(request);
    if (restartAfter.includes(records.length)) limiter = restarted(policy, records, request);
    records.push(decide(policy, limiter, failed, request));
  }
  return records;
}

/** For tests: brings rows into the log of an instance at rest, those of about one moment in another order. */
export async function logAll(file: string, records: readonly LogRecord[]): Promise<void> {
  const random = randomFrom(records.length);
  const journal = openJournalOf(file);
  for (let at = 0; at < records.length; at += 200) {
    const answered = records
      .slice(at, at + 200)
      .map((record, index) => ({ record, at: index + random() * 8 }));
    answered.sort((a, b) => a.at - b.at);
    await Promise.all(answered.map(({ record }) => journal.append(record)));
  }
  await journal.close();
  ingestIfIdle(file);
}

function restarted(policy: Policy, records: readonly LogRecord[], { steadyTime }: Synthetic): Limiter {
  const limiter = createLimiter();
  const counted = records.filter((r) => r.counted && r.time >= steadyTime - (HOUR * 61) / 60);
  for (const [tokenId, own] of Map.groupBy(counted, (record) => record.tokenId ?? '')) {
    const question = questionOf(policy, tokenId);
    const between = (from: number, to: number) => own.filter((r) => r.time >= from && r.time < to).length;
    limiter.seed(question, between, steadyTime);
  }
  return limiter;
}

function decide(
  policy: Policy,
  limiter: Limiter,
  failed: ReturnType<typeof countFailedCredentials>,
  request: Synthetic,
): LogRecord {
  const { method, path, address, tokenId, time, steadyTime } = request;
  const match = policy.catalogue.match(method, path);
  const credential: Credential =
    tokenId === null ? { kind: 'missing' } : { kind: 'token', tokenId, validUntil: null };
  const { identity, limits, authorised } = judge(
    policy,
    limiter,
    { method, path, address, match, credential },
    request,
  );
  const result = authorised ?? identity;
  let reason = result.ok ? null : result.reason;
  if (!identity.ok && !identity.authenticated && identity.checks[0]?.passed === false)
    if (failed.count(address, steadyTime) > 0) reason = 'limit.unauthenticated';
  const endpoint = match.kind === 'found' ? match.endpoint : null;
  return headFirst({
    requestId: newRequestId(time),
    time,
    steadyTime,
    tokenId: identity.compiled?.token.id ?? null,
    tokenName: identity.compiled?.token.name ?? null,
    userId: identity.compiled?.user.id ?? null,
    userName: identity.compiled?.user.name ?? null,
    method,
    path,
    address,
    endpoint: endpoint && `${endpoint.method} ${endpoint.path}`,
    tag: endpoint?.tag ?? null,
    status: reason === null ? 200 : 403,
    reason,
    policyVersion: policy.version,
    counted: limits?.admitted === true,
    checks: [...result.checks],
  });
}

/** As the gateway writes it: all that decides stands before what is only shown. */
function headFirst(change: Partial<LogRecord>): LogRecord {
  const { request, response, checks, limits, removed, ...head } = makeRecord(change);
  return { ...head, request, response, checks, limits, removed };
}

/** For tests: how the thread of a rehearsal compiles policies. */
export const testFrame = { keyIds: [], catalogue: catalogueOf(shiftsApiDocument), open: openOperations };
