/** What the benchmarks share: an instance without limits, servers in processes of their own, wrk, medians. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

export const PATH = '/v1/business-units';

const cli = join(import.meta.dirname, '../../out/main/gatehouse.js');

export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

export interface Bench {
  folder: string;
  /** Of a token that may do everything. */
  secret: string;
  /** Starts a server of our own and waits for its line of readiness. */
  start(args: string[]): Promise<Started>;
  /** Starts a gateway, on free ports. @param more options of `serve` */
  serve(...more: string[]): Promise<Started>;
}

export interface Started {
  address: string;
  /** The admin door; of a gateway alone. */
  admin: string;
  process: ChildProcess;
}

/**
 * Runs a benchmark on an instance whose limits let everything in, and clears up behind it.
 * @param instance the options that say which, given its folder; default: a file
 */
export async function withBench(
  work: (bench: Bench) => Promise<void>,
  instance: (folder: string) => string[] = (folder) => ['--db', join(folder, 'bench.db')],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const db = instance(folder);
  const started: ChildProcess[] = [];
  const gatehouse = (...args: string[]): string =>
    execFileSync(process.execPath, [cli, ...args, ...db], { encoding: 'utf8' });

  async function start(args: string[]): Promise<Started> {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const ready = JSON.parse(line) as { ready: boolean; gateway: string; admin?: string };
      if (ready.ready) return { address: ready.gateway, admin: ready.admin ?? '', process: child };
    }
    throw new Error(`${args.join(' ')} ended before it was ready`);
  }

  try {
    gatehouse('user', 'add', 'bench@example.org', '--name', 'Bench');
    for (const name of ['Retail', 'Warehouse', 'Care']) gatehouse('unit', 'add', name);
    const bounds = ['--per-hour', '1000000000', '--burst', '1000000000', '--burst-seconds', '10'];
    for (const target of [[], ['--instance']]) gatehouse('limit', 'set', ...target, ...bounds);
    const token = ['--name', 'Bench', '--user', 'bench@example.org', '--scope', 'full', '--json'];
    const { secret } = JSON.parse(gatehouse('token', 'create', ...token)) as { secret: string };
    const serve = (...more: string[]) =>
      start([cli, 'serve', ...db, '--port', '0', '--admin-port', '0', ...more]);
    await work({ folder, secret, start, serve });
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
      console.error('wrk is needed (Debian: apt-get install wrk)');
    throw thrown;
  } finally {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Load {
  /** Requests per second. */
  rate: number;
  /** 99th percentile of the response time, ms. */
  p99: number;
}

/** Asks for PATH as fast as the answers come; fails where one does not succeed. */
export async function load(
  address: string,
  secret: string,
  connections: number,
  seconds: number,
): Promise<Load> {
  const { stdout: text } = await promisify(execFile)('wrk', [
    ...['-t1', `-c${connections}`, `-d${seconds}s`, '--latency'],
    ...['-H', `Authorization: Bearer ${secret}`, address + PATH],
  ]);
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`not every request succeeded:\n${text}`);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  return { rate, p99: Number(p99) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1) };
}
