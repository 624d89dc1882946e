/**
 * `npm run bench`: what a chart costs over many rows beside the same over few (200 tokens, 60 endpoints, 30 days, skewed),
 * on warm files, and what rolling rows up costs their writer.
 */

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY, HOUR } from '../../src/base/clock.ts';
import type { Counted } from '../../src/features/usage/cell-sums.ts';
import { fitRange, fitSeries } from '../../src/features/usage/grain.ts';
import { addToRollups } from '../../src/features/usage/rollup.ts';
import { sqliteUsage } from '../../src/features/usage/sqlite-usage.ts';
import { openUsage, usagePath } from '../../src/features/usage/usage-file.ts';
import { median } from './parts.ts';

const MANY = Number(process.env.BENCH_ROWS ?? 10_000_000);
const FEW = Number(process.env.BENCH_FEW_ROWS ?? 100_000);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);
const BATCH = 1_500;
const DAYS = 30;
const END = Math.floor(Date.now() / HOUR) * HOUR + 7 * 60_000;

const tokens = Array.from(
  { length: 200 },
  (_, n) => `0190f3c0-0000-7000-8000-${String(n).padStart(12, '0')}`,
);
const endpoints = Array.from({ length: 60 }, (_, n) => `${n % 3 ? 'GET' : 'POST'} /v1/things${n}/{id}`);
const answers = [
  ...[200, 200, 200, 200, 200, 200, 201, 204].map((status) => ({ status, reason: null })),
  { status: 404, reason: 'resource.unknown' },
  { status: 403, reason: 'scope.method' },
  { status: 429, reason: 'limit.hour' },
  { status: 400, reason: 'request.invalid' },
  { status: 502, reason: 'upstream.failed' },
  { status: 429, reason: 'limit.burst' },
];

let seed = 1;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return seed / 2 ** 31;
};
const skewed = <T>(list: readonly T[]): T => list[Math.floor(list.length * random() ** 2.5)] as T;

const request = (time: number): Counted => ({
  time,
  tokenId: skewed(tokens),
  endpoint: skewed(endpoints),
  ...skewed(answers),
  durationMs: Math.round(Math.exp(random() * 3 + random() * 4) * 1_000) / 1_000,
});

/** Fills the roll-ups of an instance. @returns microseconds of the process that each row cost */
function fill(instanceFile: string, rows: number): number {
  const usage = openUsage(instanceFile);
  let spent = 0;
  for (let done = 0; done < rows; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, rows - done) }, (_, n) =>
      request(END - DAYS * DAY + Math.floor(((done + n) / rows) * DAYS * DAY)),
    );
    spent += cpuOf(() => usage.transaction(() => addToRollups(usage, batch)).immediate());
  }
  usage.close();
  return spent / rows;
}

/** What rows of the same seconds cost, as a rush of traffic brings them. */
function rush(instanceFile: string): number {
  const usage = openUsage(instanceFile);
  const costs = Array.from({ length: 40 }, (_, at) => {
    const batch = Array.from({ length: BATCH }, (_, n) => request(END + at * 150 + Math.floor(n / 10)));
    return cpuOf(() => usage.transaction(() => addToRollups(usage, batch)).immediate()) / BATCH;
  });
  usage.close();
  return median(costs);
}

/** Microseconds of the processor that work takes; others may be at work beside it. */
function cpuOf(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return user + system;
}

const charts = {
  'last hour': [HOUR, false],
  '24 hours': [DAY, false],
  '7 days': [7 * DAY, false],
  '30 days': [30 * DAY, false],
  '30 days beside those before': [30 * DAY, true],
  '13 months': [396 * DAY, false],
} as const;

interface Cost {
  /** Milliseconds by the clock: the median, and what 95 of 100 did not exceed. */
  median: number;
  p95: number;
  /** Milliseconds of the processor, which other work on the machine does not change much. */
  processor: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  await work();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  const p95 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
  return { median: median(times), p95, processor: (user + system) / 1_000 / ROUNDS };
}

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
try {
  const files = [FEW, MANY].map((rows) => ({ rows, file: join(folder, `${rows}.db`) }));
  for (const { rows, file } of files) {
    const each = fill(file, rows);
    const size = statSync(usagePath(file)).size / 2 ** 20;
    console.log(`${rows} rows: ${each.toFixed(2)} µs a row to roll up, ${size.toFixed(0)} MiB`);
  }
  for (const [name, [length, compare]] of Object.entries(charts))
    for (const zone of ['UTC', 'Europe/Berlin', 'Asia/Kathmandu'])
      for (const [whose, tokenId] of [
        ['all', null],
        ['one token', tokens[0] as string],
      ] as const) {
        const costs: Cost[] = [];
        for (const { file } of files) {
          const usage = sqliteUsage(file);
          const since = END - length * (compare ? 2 : 1);
          const series = fitSeries(fitRange(END - length, END, END, since), zone);
          costs.push(await costOf(() => usage.summary(tokenId, series, compare)));
        }
        const [few, many] = costs as [Cost, Cost];
        const shown = (ms: number) => ms.toFixed(1).padStart(6);
        console.log(
          `${`${name}, ${zone}, ${whose}`.padEnd(54)} median ${shown(many.median)} ms  p95 ${shown(many.p95)} ms  processor ${shown(many.processor)} ms, ${(many.processor / few.processor).toFixed(1)} of what ${FEW} rows take`,
        );
      }
  const [, large] = files;
  if (large)
    console.log(`a rush, ${BATCH} rows at once: ${rush(large.file).toFixed(2)} µs a row, commit and all`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
