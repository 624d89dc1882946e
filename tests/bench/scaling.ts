/**
 * `npm run bench`: what a request costs in each process when one gateway serves a file, a Postgres database, that with
 * shared limits in Redis, and when three gateways do. The upstream is a server that answers at once. All share the cores
 * of one machine, so the sum of rates says little here; the CPU time a request says where the next limit is.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDatabase, startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { thingsDocument } from '../support/upstream.ts';
import { type Bench, load, median, type Started, withBench } from './parts.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const CONNECTIONS = 48;
const TICKS_A_SECOND = 100;

const postgres = await startPostgres();
const redis = await startRedis();

/** CPU milliseconds of a process and of all that it has started, those that have ended included. */
function cpuOf(pid: number): number {
  const stats = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'latin1');
      const fields = text
        .slice(text.lastIndexOf(')') + 2)
        .split(' ')
        .map(Number);
      const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((at) => fields[at] ?? 0);
      const ticks = (user ?? 0) + (system ?? 0) + (childUser ?? 0) + (childSystem ?? 0);
      stats.set(Number(name), { parent: parent ?? 0, ticks });
    } catch {
      // It has ended meanwhile.
    }
  }
  let ticks = 0;
  for (const [one, { ticks: own }] of stats) {
    let at: number | undefined = one;
    while (at !== undefined && at > 1 && at !== pid) at = stats.get(at)?.parent;
    if (at === pid) ticks += own;
  }
  return (ticks * 1_000) / TICKS_A_SECOND;
}

interface Round {
  rate: number;
  p99: number;
  /** Microseconds of CPU a request. */
  gateway: number;
  database: number;
  limits: number;
}

interface Setup {
  readonly name: string;
  readonly gateways: number;
  readonly args: (n: number, folder: string) => string[];
  readonly instance?: ((folder: string) => string[]) | undefined;
}

/** An instance makes its own key, so each has a database of its own. */
const databases = await Promise.all([1, 2, 3].map(() => makeDatabase(postgres.url)));
const onPostgres = (folder: string) => [
  ...['--db', databases.shift() ?? '', '--key-file', join(folder, 'bench.key')],
];
const dataDir = (n: number, folder: string) => ['--data-dir', join(folder, `gateway-${n}`)];

const setups: Setup[] = [
  { name: 'one gateway, a file', gateways: 1, args: () => [] },
  { name: 'one gateway, Postgres', gateways: 1, args: dataDir, instance: onPostgres },
  {
    name: 'one gateway, Postgres and Redis',
    gateways: 1,
    args: (n, folder) => [...dataDir(n, folder), '--redis', redis.url],
    instance: onPostgres,
  },
  {
    name: 'three gateways, Postgres and Redis',
    gateways: 3,
    args: (n, folder) => [...dataDir(n, folder), '--redis', redis.url],
    instance: onPostgres,
  },
];

const upstreamCode = `
  const body = JSON.stringify({ items: [], nextCursor: null });
  require('node:http').createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json').end(body);
  }).listen(0, '127.0.0.1', function () {
    console.log(JSON.stringify({ ready: true, gateway: 'http://127.0.0.1:' + this.address().port }));
  });`;

/** Until the writer has brought in what a round has left in the journal. */
async function caughtUp({ admin }: Started): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    if (/^gatehouse_journal_waiting_bytes 0$/m.test(metrics)) return;
    await sleep(200);
  }
}

async function measure({ secret, serve, start, folder }: Bench, setup: Setup): Promise<Round[]> {
  const upstream = await start(['-e', upstreamCode]);
  const document = thingsDocument({
    paths: { '/v1/business-units': { get: { operationId: 'list', tags: ['units'], responses: {} } } },
  });
  const gateways: Started[] = [];
  for (let n = 0; n < setup.gateways; n++)
    gateways.push(
      await serve(...setup.args(n, folder), '--upstream', upstream.address, '--openapi', document),
    );
  const cpu = () => ({
    gateway: gateways.reduce((sum, { process: { pid } }) => sum + cpuOf(pid ?? 0), 0),
    database: cpuOf(postgres.process.pid ?? 0),
    limits: cpuOf(redis.process.pid ?? 0),
  });
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const before = cpu();
    const loads = await Promise.all(
      gateways.map(({ address }) => load(address, secret, CONNECTIONS / setup.gateways, SECONDS)),
    );
    await Promise.all(gateways.map(caughtUp));
    const after = cpu();
    const rate = loads.reduce((sum, one) => sum + one.rate, 0);
    const each = (part: 'gateway' | 'database' | 'limits') =>
      ((after[part] - before[part]) * 1_000) / (rate * SECONDS);
    // The first warms up.
    if (round > 0)
      rounds.push({
        rate,
        p99: Math.max(...loads.map((one) => one.p99)),
        gateway: each('gateway'),
        database: each('database'),
        limits: each('limits'),
      });
  }
  for (const one of gateways) {
    one.process.kill('SIGTERM');
    await new Promise((resolve) => one.process.once('exit', resolve));
  }
  return rounds;
}

console.log(
  `\nGET through to an upstream, ${CONNECTIONS} connections in all; medians of ${ROUNDS} rounds of ${SECONDS} s`,
);
console.log(`${''.padEnd(36)}    rate       p99    CPU a request: gateway  Postgres  Redis (µs)`);
try {
  for (const setup of setups)
    await withBench(async (bench) => {
      const rounds = await measure(bench, setup);
      const middle = (part: keyof Round) => median(rounds.map((round) => round[part]));
      console.log(
        `${setup.name.padEnd(36)} ${middle('rate').toFixed(0).padStart(7)}/s ${middle('p99').toFixed(1).padStart(6)} ms` +
          `${middle('gateway').toFixed(0).padStart(27)}${middle('database').toFixed(0).padStart(10)}${middle('limits').toFixed(0).padStart(7)}`,
      );
    }, setup.instance);
} finally {
  await Promise.all([postgres.stop(), redis.stop()]);
}
