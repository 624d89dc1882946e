/**
 * `npm run bench`: writing the log into a file beside the `sqlite3` program, which writes the same rows and columns from a
 * flat table; and that the memory does not grow with the rows. CSV and NDJSON take turns with it, and are to take at most
 * twice as long; sqlite3 knows no HAR.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { openSqlite } from '../../src/db/open.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { detailOf } from '../../src/features/logs/detail.ts';
import { openInstance } from '../../src/instance.ts';
import { benchRecord, journalRows } from './log-rows.ts';
import { median } from './parts.ts';

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const DAYS = 30;
const CSV_COLUMNS = [
  ...['requestId', 'time', 'tokenId', 'tokenName', 'userId', 'userName', 'address', 'method', 'path'],
  ...['endpoint', 'status', 'reason', 'durationMs', 'upstreamMs', 'bytesIn', 'bytesOut', 'userAgent'],
  'policyVersion',
].join(', ');

const cli = join(import.meta.dirname, '../../out/main/gatehouse.js');
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const file = join(folder, 'instance.db');
const flat = join(folder, 'flat.db');
const out = join(folder, 'out');

/** An instance that has the rows in its log. */
async function makeLog(): Promise<void> {
  const instance = await openInstance({ place: placeOfFile(file), actor: 'os:bench' });
  await journalRows(file, ROWS, DAYS);
  const ask = createRouterClient(instance.router, { context: instance.context });
  await ask.logs.query({ limit: 1 });
  await instance.close();
}

/** A table with the columns of the NDJSON. */
function makeFlat(): void {
  const db = openSqlite(flat);
  const end = Date.now();
  const valuesOf = (n: number) => {
    const record = benchRecord(n, ROWS, end, DAYS);
    return { ...detailOf(record), tag: record.tag, counted: record.counted };
  };
  const names = Object.keys(valuesOf(0));
  db.exec(`CREATE TABLE log (${names.join(', ')})`);
  const insert = db.prepare(`INSERT INTO log VALUES (${names.map(() => '?').join(', ')})`);
  db.transaction(() => {
    for (let n = 0; n < ROWS; n++) insert.run(Object.values(valuesOf(n)).map(stored));
  })();
  db.close();
}

function stored(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

interface Run {
  seconds: number;
  /** Resident memory, in MB: once it had written a fifth, and at most after that. */
  early: number;
  most: number;
}

/** Runs a program to its end, and looks how much memory it has. */
async function run(program: string, args: readonly string[], stdout: 'ignore' | number): Promise<Run> {
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', stdout, 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said = text.toString();
  });
  const seen = { early: 0, most: 0 };
  const timer = setInterval(() => {
    const rss = residentMegabytes(child.pid);
    const share = Number(/\((\d+) %\)/.exec(said)?.[1] ?? 0);
    if (rss === null || share < 20) return;
    if (seen.early === 0) seen.early = rss;
    seen.most = Math.max(seen.most, rss);
  }, 100);
  const [code] = (await once(child, 'close')) as [number];
  clearInterval(timer);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said}`);
  return { seconds: (performance.now() - began) / 1_000, ...seen };
}

/** Null where it has ended, or this is no Linux. */
function residentMegabytes(pid: number | undefined): number | null {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_000;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
}

async function ours(format: string): Promise<Run> {
  for (const path of [out, `${out}.manifest.json`]) rmSync(path, { force: true });
  return run(
    process.execPath,
    [cli, 'logs', 'export', '--db', file, '--format', format, '--out', out, '--json'],
    'ignore',
  );
}

function theirs(format: 'csv' | 'json'): Promise<Run> {
  const columns = format === 'csv' ? CSV_COLUMNS : '*';
  const into = openSync(join(folder, 'theirs'), 'w');
  return run('sqlite3', [flat, '-header', `-${format}`, `SELECT ${columns} FROM log`], into);
}

try {
  execFileSync('sqlite3', ['--version']);
  await makeLog();
  makeFlat();
  for (const [format, peer] of [
    ['csv', 'csv'],
    ['ndjson', 'json'],
  ] as const) {
    const [own, others]: [Run[], Run[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      own.push(await ours(format));
      others.push(await theirs(peer));
    }
    report(format, own, median(others.map(({ seconds }) => seconds)));
  }
  report('har', [await ours('har')], null);
} catch (thrown) {
  if ((thrown as NodeJS.ErrnoException).code === 'ENOENT')
    console.error('sqlite3 is needed (Debian: apt-get install sqlite3)');
  throw thrown;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(format: string, own: readonly Run[], peer: number | null): void {
  const seconds = median(own.map((one) => one.seconds));
  const grown = Math.max(...own.map(({ early, most }) => most - early));
  const most = Math.max(...own.map((one) => one.most));
  console.log(
    [
      `export ${format.padEnd(7)} ${ROWS} rows in ${seconds.toFixed(1)} s`,
      `${Math.round(ROWS / seconds / 1_000)},000 a second`,
      peer === null
        ? 'no peer'
        : `sqlite3 ${peer.toFixed(1)} s, ratio ${(seconds / peer).toFixed(2)} (at most 2)`,
      `memory grew by ${grown.toFixed(0)} MB to ${most.toFixed(0)} MB`,
    ].join('; '),
  );
}
