/**
 * `npm run bench`: the gateway with everything on (token, limits, restrictions, journal, writer) beside bare Fastify
 * and beside Fastify with its own plugins for the same work, interleaved in one run. Prints medians and ratios; the
 * absolute figures of a shared machine mean nothing.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const CONNECTIONS = 64;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const PATH = '/v1/business-units';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const file = join(folder, 'bench.db');
const cli = join(import.meta.dirname, '../../out/main/gatehouse.js');
const started: ChildProcess[] = [];

const gatehouse = (...args: string[]): string =>
  execFileSync(process.execPath, [cli, ...args, '--db', file], { encoding: 'utf8' });

/** Starts a server and waits for its line of readiness; returns its base address. */
async function start(args: string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = JSON.parse(line) as { ready: boolean; gateway: string };
    if (ready.ready) return ready.gateway;
  }
  throw new Error(`${args.join(' ')} ended before it was ready`);
}

interface Load {
  /** Requests per second. */
  rate: number;
  /** 99th percentile of the response time, ms. */
  p99: number;
}

function load(address: string, token: string): Load {
  const text = execFileSync(
    'wrk',
    [
      '-t1',
      `-c${CONNECTIONS}`,
      `-d${SECONDS}s`,
      '--latency',
      '-H',
      `Authorization: Bearer ${token}`,
      address + PATH,
    ],
    { encoding: 'utf8' },
  );
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`not every request succeeded:\n${text}`);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  return { rate, p99: Number(p99) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1) };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

try {
  gatehouse('user', 'add', 'bench@example.org', '--name', 'Bench');
  for (const name of ['Retail', 'Warehouse', 'Care']) gatehouse('unit', 'add', name);
  for (const target of [[], ['--instance']])
    gatehouse(
      'limit',
      'set',
      ...target,
      '--per-hour',
      '1000000000',
      '--burst',
      '1000000000',
      '--burst-seconds',
      '10',
    );
  const { secret } = JSON.parse(
    gatehouse(
      'token',
      'create',
      '--name',
      'Bench',
      '--user',
      'bench@example.org',
      '--scope',
      'read-only',
      '--json',
    ),
  ) as { secret: string };

  const gateway = await start([cli, 'serve', '--db', file, '--port', '0', '--admin-port', '0']);
  const answer = await fetch(gateway + PATH, { headers: { authorization: `Bearer ${secret}` } });
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}`);
  const body = join(folder, 'body.json');
  writeFileSync(body, await answer.text());

  const peer = join(import.meta.dirname, 'peer.ts');
  const servers = {
    'bare Fastify': await start([peer, 'bare', secret, body, join(folder, 'bare.log')]),
    'Fastify + bearer-auth + rate-limit + pino': await start([
      peer,
      'stack',
      secret,
      body,
      join(folder, 'stack.log'),
    ]),
    'Gatehouse, everything on': gateway,
  };
  const results = Object.fromEntries(Object.keys(servers).map((name) => [name, [] as Load[]]));
  for (const address of Object.values(servers)) load(address, secret); // warm-up, not counted
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, address] of Object.entries(servers)) results[name]?.push(load(address, secret));

  const middle = (name: string) => median((results[name] ?? []).map((r) => r.rate));
  const base = middle('bare Fastify');
  const stack = middle('Fastify + bearer-auth + rate-limit + pino');
  console.log(
    `GET ${PATH}, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${SECONDS} s, interleaved, ${cpus().length} cores; medians`,
  );
  for (const name of Object.keys(servers)) {
    const rate = middle(name);
    const p99 = median((results[name] ?? []).map((r) => r.p99));
    console.log(
      `${name.padEnd(44)} ${rate.toFixed(0).padStart(7)}/s  p99 ${p99.toFixed(1).padStart(6)} ms` +
        `  ${(rate / base).toFixed(2)} of bare  ${(rate / stack).toFixed(2)} of the stack`,
    );
  }
} catch (thrown) {
  if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
    console.error('wrk is needed (Debian: apt-get install wrk)');
  throw thrown;
} finally {
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
