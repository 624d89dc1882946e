/** Rows for the benchmarks of the log: like those of a gateway, the same for the same number. */
import { newId } from '../../src/base/ids.ts';
import { lastSegment } from '../../src/features/logs/furthest.ts';
import { openJournal } from '../../src/features/logs/journal.ts';
import { journalFolder } from '../../src/features/logs/paths.ts';
import type { LogRecord } from '../../src/features/logs/record.ts';

const DAY = 86_400_000;
const TAGS = ['shifts', 'employees', 'attendance', 'reports', 'notifications', 'locations'];
const AGENTS = [
  'payroll-sync/2.4 (node)',
  'python-requests/2.32.3',
  'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
];
const ANSWERS = [
  ...Array.from({ length: 90 }, () => ({ status: 200, reason: null })),
  ...Array.from({ length: 4 }, () => ({ status: 429, reason: 'limit.burst' as const })),
  ...Array.from({ length: 3 }, () => ({ status: 404, reason: 'resource.unknown' as const })),
  ...Array.from({ length: 2 }, () => ({ status: 403, reason: 'scope.method' as const })),
  { status: 500, reason: 'gateway.failed' as const },
];

/** The row of a number, of so many that end at `end`. */
export function benchRecord(n: number, rows: number, end: number, days: number): LogRecord {
  const time = Math.floor(end - ((rows - n) * days * DAY) / rows);
  const requestId = newId(time);
  const endpoint = (n * 7919) % 60;
  const tag = TAGS[endpoint % TAGS.length] as string;
  // Most requests are those of few tokens.
  const token = Math.floor(200 * (((n * 2654435761) % 2 ** 32) / 2 ** 32) ** 3);
  const bytesOut = 100 + ((n * 31) % 4_000);
  const limits = { limit: 10_000, remaining: n % 10_000, reset: Math.floor(time / 1_000) + 60 };
  return {
    requestId,
    time,
    tokenId: `0190f3c0-0000-7000-8000-${String(token).padStart(12, '0')}`,
    tokenName: `Integration ${token}`,
    userId: `0190f3c0-0000-7000-8000-${String(900 + (token % 40)).padStart(12, '0')}`,
    userName: `Person ${token % 40}`,
    address: `10.${token % 8}.${(n >> 8) % 4}.${n % 250}`,
    method: endpoint % 5 === 0 ? 'POST' : 'GET',
    path: `/v1/${tag}/${(n * 17) % 5_000}`,
    query: n % 3 === 0 ? `page=${n % 40}&limit=50` : '',
    endpoint: `GET /v1/${tag}/{id}/${endpoint}`,
    tag,
    ...(ANSWERS[(n * 37) % 100] as (typeof ANSWERS)[number]),
    durationMs: ((n * 13) % 4_000) / 16,
    upstreamMs: ((n * 11) % 2_000) / 16,
    bytesIn: 0,
    bytesOut,
    userAgent: AGENTS[n % AGENTS.length] as string,
    policyVersion: 12,
    secretId: `0190f3c0-0000-7000-8001-${String(token).padStart(12, '0')}`,
    secretPrefix: 'shf_a1B2',
    counted: true,
    steadyTime: time + 0.125,
    places: [],
    request: {
      headers: [
        ['Host', 'api.example.org'],
        ['User-Agent', AGENTS[n % AGENTS.length] as string],
        ['Accept', 'application/json'],
        ['Accept-Encoding', 'gzip, deflate, br'],
        ['Connection', 'keep-alive'],
      ],
      body: null,
    },
    response: {
      headers: [
        ['X-Request-Id', requestId],
        ['X-RateLimit-Limit', String(limits.limit)],
        ['X-RateLimit-Remaining', String(limits.remaining)],
        ['X-RateLimit-Reset', String(limits.reset)],
        ['Content-Type', 'application/json'],
        ['Content-Length', String(bytesOut)],
        ['Cache-Control', 'no-store'],
      ],
      body: null,
    },
    checks: [
      {
        check: 'credential',
        passed: true,
        detail: `the token "Integration ${token}", valid until 2027-01-01`,
      },
      { check: 'address', passed: true, detail: 'no range is set, any address may call' },
      { check: 'limits', passed: true, detail: `${limits.remaining} of 10,000 left`, owner: 'default' },
      { check: 'endpoint', passed: true, detail: `GET /v1/${tag}/{id}/${endpoint}` },
      { check: 'scope', passed: true, detail: 'full: every endpoint and method' },
    ],
    limits,
    removed: ['header authorization'],
  };
}

/** Journals rows of the last days of an instance in a file; whoever reads its log next brings them in. */
export async function journalRows(file: string, rows: number, days: number): Promise<void> {
  const journal = openJournal(journalFolder(file), lastSegment(file), { maxBytes: 2 ** 40 });
  const end = Date.now() - 60_000;
  for (let n = 0; n < rows; ) {
    const some: Promise<unknown>[] = [];
    for (const until = Math.min(rows, n + 5_000); n < until; n++)
      some.push(journal.append(benchRecord(n, rows, end, days)));
    await Promise.all(some);
  }
  await journal.close();
}
