/**
 * `npm run bench`: how fast files are read for review, beside what reads the same files otherwise, interleaved in
 * one run. Of our NDJSON: a plain loop of JSON.parse over readline, and DuckDB's read_json on all cores. Of an access log
 * in the combined format: lnav and GoAccess, where they are installed. Prints medians of rows a second, and ratios.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';
import { ByteSink } from '../../src/features/logs/export/byte-sink.ts';
import { NdjsonWriter } from '../../src/features/logs/export/ndjson.ts';
import type { LogRecord } from '../../src/features/logs/record.ts';
import { openReview } from '../../src/features/logs/review/review.ts';
import { encodeRecord } from '../../src/features/logs/stored-record.ts';
import { benchRecord } from './log-rows.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = Number(process.env.BENCH_ROWS ?? 500_000);
const DAYS = 30;
const END = Date.UTC(2026, 10, 24);

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function write(name: string, line: (record: LogRecord) => string): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  let text = '';
  for (let n = 0; n < ROWS; n++) {
    text += line(benchRecord(n, ROWS, END, DAYS));
    if (text.length < 1_000_000 && n < ROWS - 1) continue;
    writeSync(file, text);
    text = '';
  }
  closeSync(file);
  return path;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

function combinedLine({
  time,
  address,
  method,
  path,
  query,
  status,
  bytesOut,
  userAgent,
}: LogRecord): string {
  const at = new Date(time);
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const target = query === '' ? path : `${path}?${query}`;
  return `${address} - - [${day}:${clock} +0000] "${method} ${target} HTTP/1.1" ${status} ${bytesOut} "-" "${userAgent}"\n`;
}

const [writer, sink] = [new NdjsonWriter(), new ByteSink()];
/** As an export writes it. */
function ndjsonLine(record: LogRecord): string {
  writer.write(Buffer.from(encodeRecord(record)), sink);
  return sink.take();
}

/** Reads a file whole, in whatever way; returns how many rows there were. */
type Way = (path: string) => Promise<number> | number;

const ours: Way = async (path) => {
  const review = openReview([path]);
  await review.done;
  const { rows } = review.state();
  await review.close();
  return rows;
};

const loop: Way = async (path) => {
  const byStatus = new Map<number, number>();
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const { status } = JSON.parse(line) as { status: number };
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }
  return [...byStatus.values()].reduce((sum, count) => sum + count, 0);
};

const duckdb: Way = async (path) => {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run(
    `CREATE TABLE log AS SELECT * FROM read_json('${path}', format = 'newline_delimited')`,
  );
  const result = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM log');
  connection.closeSync();
  database.closeSync();
  return Number(result.getRows()[0]?.[0]);
};

const lnav: Way = (path) => {
  const asked = ['-n', '-c', ';SELECT count(*) AS n FROM access_log', '-c', ':write-csv-to -', path];
  const text = execFileSync('lnav', asked, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return Number(text.trim().split('\n').at(-1));
};

const goaccess: Way = (path) => {
  const report = join(folder, 'report.json');
  execFileSync('goaccess', [path, '--log-format=COMBINED', '--no-progress', '-o', report], {
    stdio: 'ignore',
  });
  return ROWS;
};

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

async function compare(what: string, path: string, ways: Record<string, Way>): Promise<void> {
  const rates = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, way] of Object.entries(ways)) {
      const began = performance.now();
      const rows = await way(path);
      if (rows !== ROWS) throw new Error(`${name} found ${rows} rows of ${ROWS}`);
      rates.get(name)?.push(ROWS / ((performance.now() - began) / 1_000));
    }
  const own = median(rates.get('review') ?? []);
  console.log(
    `\n${what}: ${ROWS} rows, ${Math.round(statSync(path).size / ROWS)} bytes each; rows a second, medians of ${ROUNDS}`,
  );
  for (const [name, each] of rates) {
    const rate = median(each);
    console.log(
      `  ${name.padEnd(18)} ${Math.round(rate).toString().padStart(9)}   ${(rate / own).toFixed(2)}`,
    );
  }
}

try {
  await compare('Gatehouse NDJSON', write('export.ndjson', ndjsonLine), {
    review: ours,
    'JSON.parse loop': loop,
    'DuckDB read_json': duckdb,
  });
  const peers = { lnav, goaccess };
  const there = Object.fromEntries(Object.entries(peers).filter(([program]) => isInstalled(program)));
  for (const program of Object.keys(peers))
    if (!(program in there)) console.log(`${program} is not installed: left out`);
  await compare('combined access log', write('access.log', combinedLine), { review: ours, ...there });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
