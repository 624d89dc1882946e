/**
 * `npm run bench:log`: pages, counts and charts over a log of 10 million rows beside one of 100,000, asked as the window
 * asks (the services in their thread), interleaved in one run; then the same pages while rows come in. Prints medians,
 * 95th percentiles and ratios, and how long this process's event loop was ever held.
 *
 * BENCH_ROWS: rows of the large log (default 10,000,000; some minutes to make). BENCH_LOGS: a folder where the two logs
 * are kept for the next run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface, type Interface } from 'node:readline';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { type InstanceClient, openHost } from '../../src/host.ts';
import { median } from './parts.ts';

const ROWS = Number(process.env.BENCH_ROWS ?? 10_000_000);
const FEW = 100_000;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5) * 6;
const kept = process.env.BENCH_LOGS;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'gatehouse-'));
mkdirSync(folder, { recursive: true });
const gatehouse = join(import.meta.dirname, '../../out/main/gatehouse.js');
const ingest = join(import.meta.dirname, '../support/ingest-process.ts');

async function logOf(name: string, rows: number): Promise<string> {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const made = spawn(process.execPath, [gatehouse, 'demo', 'traffic', '--db', file, '--rows', String(rows)], {
    stdio: 'inherit',
  });
  const [code] = await once(made, 'close');
  if (code !== 0) throw new Error(`the log of ${rows} rows was not made`);
  return file;
}

/** A log that is asked, and whoever holds its file and brings rows in. */
interface Side {
  readonly name: string;
  readonly client: InstanceClient;
  readonly child: ChildProcess;
  readonly lines: Interface;
  close(): Promise<void>;
}

async function open(name: string, file: string): Promise<Side> {
  const child = spawn(process.execPath, [ingest, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  const host = await openHost({ place: placeOfFile(file), actor: 'bench', gateway: 'here' });
  const close = async () => {
    await host.close();
    child.stdin.end();
    await once(child, 'close');
  };
  return { name, client: host.client, child, lines, close };
}

const percentile = (values: readonly number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;

const now = Date.now();
type Ask = (client: InstanceClient, round: number) => Promise<unknown>;
const page =
  (query: string, range?: number): Ask =>
  (client, round) => {
    const to = new Date(now - (round % 20) * DAY);
    const filter = range === undefined ? { query } : { query, from: new Date(to.getTime() - range), to };
    return client.logs.query({ filter, limit: 200 });
  };
/** A different value each round, from those that are often to those that are rare. */
const pick = (values: readonly string[], round: number) => values[round % values.length] as string;

const PAGES: Record<string, Ask> = {
  'page: any row': page(''),
  'page: an hour of a day': page('', HOUR),
  'page: token': (client, round) => page(`token:"Payroll ${1 + (round % 20)}"`)(client, 0),
  'page: token and status': (client, round) =>
    page(`token:"Planning ${1 + (round % 20)}" status:403`)(client, 0),
  'page: token, reason (rare)': (client, round) =>
    page(`token:"Kiosk ${1 + (round % 20)}" reason:upstream.failed`)(client, 0),
  'page: endpoint': (client, round) =>
    page(`endpoint:"${pick(['GET /v1/shifts', 'DELETE /v1/payslips/{id}', 'PATCH /v1/swaps/{id}'], round)}"`)(
      client,
      0,
    ),
  'page: status': (client, round) => page(`status:${pick(['429', '5xx', '403', '418'], round)}`)(client, 0),
  'page: reason': (client, round) =>
    page(`reason:${pick(['limit.hour', 'token.revoked', 'upstream.failed', 'policy.stale'], round)}`)(
      client,
      0,
    ),
  'page: address': (client, round) => page(`address:203.0.113.${1 + (round % 250)}`)(client, 0),
  'page: address of nobody': page('address:192.168.77.1'),
  'page: user': (client, round) => page(`user:"Service ${1 + (round % 20)}" method:DELETE`)(client, 0),
};

const bars =
  (query: string): Ask =>
  async (client) => {
    const filter = { query, from: new Date(now - 30 * DAY), to: new Date(now) };
    const facets = ['token', 'user', 'endpoint', 'method', 'status', 'reason', 'address'] as const;
    let last: unknown;
    for await (const counts of await client.logs.overview({ filter, facets: [...facets] })) last = counts;
    return last;
  };
const usage =
  (days: number): Ask =>
  (client) =>
    client.usage.summary({ from: new Date(now - days * DAY), to: new Date(now) });
const CHARTS: Record<string, Ask> = {
  'histogram and facets: every row': bars(''),
  'histogram and facets: a token': bars('token:"Payroll 1"'),
  'histogram and facets: status 4xx': bars('status:4xx'),
  'usage chart: 1 day': usage(1),
  'usage chart: 30 days': usage(30),
};

const [small, large] = [
  await open('few', await logOf('few.db', FEW)),
  await open('many', await logOf('many.db', ROWS)),
];
const delay = monitorEventLoopDelay({ resolution: 5 });
try {
  console.log(
    `${ROWS} rows beside ${FEW}, 200 tokens, 60 endpoints, 30 days; ${ROUNDS} rounds, interleaved; milliseconds`,
  );
  delay.enable();
  for (const [name, ask] of Object.entries({ ...PAGES, ...CHARTS })) {
    const times = { few: [] as number[], many: [] as number[] };
    for (const side of [small, large]) await ask(side.client, 0); // warm-up, not counted
    for (let round = 0; round < ROUNDS; round++) {
      times.few.push(await timed(ask, small, round));
      times.many.push(await timed(ask, large, round));
    }
    const [few, many] = [median(times.few), median(times.many)];
    console.log(
      `${name.padEnd(36)} ${many.toFixed(1).padStart(7)}  p95 ${percentile(times.many, 0.95).toFixed(1).padStart(7)}  ` +
        `beside ${few.toFixed(1)}: ${(many / few).toFixed(2)}`,
    );
  }
  console.log(await searching(large));
  console.log(await whileRowsComeIn(large));
  console.log(`the event loop of the asking process was held ${(delay.max / 1e6).toFixed(0)} ms at most`);
} finally {
  await small.close();
  await large.close();
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

async function timed(ask: Ask, { client }: Side, round: number): Promise<number> {
  const begun = performance.now();
  await ask(client, round);
  return performance.now() - begun;
}

/** How soon a search that has to read the rows answers, and how fast it goes. */
async function searching({ client }: Side): Promise<string> {
  const begun = performance.now();
  let [first, cursor, reached] = [0, undefined as string | undefined, now];
  while (performance.now() - begun < 5_000) {
    const found = await client.logs.query({
      filter: { query: 'nowhere-in-any-row' },
      limit: 200,
      ...(cursor && { cursor }),
    });
    first ||= performance.now() - begun;
    if (found.nextCursor === null) break;
    cursor = found.nextCursor;
    reached = found.searchedTo?.getTime() ?? reached;
  }
  const seconds = (performance.now() - begun) / 1_000;
  const share = cursor === undefined ? 1 : (now - reached) / (30 * DAY);
  return `text search: first answer after ${first.toFixed(0)} ms; in ${seconds.toFixed(1)} s it came ${(share * 30).toFixed(1)} days back`;
}

async function whileRowsComeIn(side: Side): Promise<string> {
  const seconds = 15;
  side.child.stdin?.write(`10000 ${seconds}\n`);
  const ended = once(side.lines, 'line');
  const times: number[] = [];
  const asks = Object.values(PAGES);
  for (const begun = performance.now(); performance.now() - begun < seconds * 1_000; )
    times.push(await timed(asks[times.length % asks.length] as Ask, side, times.length));
  const [line] = await ended;
  const { rows, seconds: took } = JSON.parse(line as string);
  // What has come in is there a moment later.
  const newest = await side.client.logs.query({ limit: 1 });
  const age = Date.now() - (newest.items[0]?.time.getTime() ?? 0);
  return (
    `while ${(rows / took).toFixed(0)} rows/s come in: pages ${median(times).toFixed(1)}, p95 ` +
    `${percentile(times, 0.95).toFixed(1)} (${times.length} of them); the newest row is ${age} ms old; ` +
    `the file of roll-ups has ${(statSync(`${join(folder, 'many.db')}.logs/usage.db`).size / 2 ** 20).toFixed(0)} MiB`
  );
}
