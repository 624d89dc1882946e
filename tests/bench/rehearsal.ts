/**
 * `npm run bench`: rehearsing the log beside only reading the same rows, which is the least that any replay must do,
 * interleaved in one run. Prints medians, the ratio, and what a million rows take at that rate.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { openSqlite } from '../../src/db/open.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { readNow, readSnapshotNow } from '../../src/db/reads.ts';
import { sqliteLog } from '../../src/features/logs/sqlite-log.ts';
import { compilePolicy, readFrame, readPolicyRows } from '../../src/gateway/policy-rows.ts';
import { draft as draftShape } from '../../src/gateway/rehearsal/contract.ts';
import { rehearse } from '../../src/gateway/rehearsal/run.ts';
import { decideAll, logAll, syntheticRequests } from '../../src/gateway/rehearsal/testing.ts';
import { openInstance } from '../../src/instance.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const TOKENS = 20;

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
const file = join(folder, 'instance.db');
const start = Math.floor(Date.now() / DAY) * DAY - 3 * DAY;
const end = start + 48 * HOUR;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function makeLog(): Promise<void> {
  const instance = await openInstance({ place: placeOfFile(file), actor: 'os:bench' });
  const ask = createRouterClient(instance.router, { context: instance.context });
  const user = await ask.directory.users.add({ email: 'bench@example.org', name: 'Bench', access: 'write' });
  const tokenIds: string[] = [];
  for (let n = 0; n < TOKENS; n++)
    tokenIds.push((await ask.tokens.create({ name: `Bench ${n}`, userId: user.id, scope: 'full' })).token.id);
  await instance.close();
  const db = openSqlite(file, { readonly: true });
  const policy = compilePolicy(readSnapshotNow(db, readPolicyRows()), readNow(db, readFrame([])));
  db.close();
  const gap = (end - start) / ROWS / 2;
  await logAll(
    file,
    decideAll(syntheticRequests({ seed: 1, count: ROWS, start, tokenIds, gap }), () => policy),
  );
}

/** Milliseconds. */
async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

async function rehearseAll(): Promise<void> {
  const draft = draftShape.parse({
    limits: { default: { requestsPerHour: 500, burst: { requests: 20, seconds: 10 } } },
  });
  const never = new AbortController().signal;
  const result = await rehearse(
    { place: placeOfFile(file), draft, from: start, to: end },
    () => undefined,
    never,
  );
  if (result?.requests !== ROWS || result.wouldDeny === 0) throw new Error('it did not judge every row');
}

async function readAll(): Promise<void> {
  let rows = 0;
  for await (const page of sqliteLog(file).heads(start, end)) rows += page.length;
  if (rows !== ROWS) throw new Error(`${rows} of ${ROWS} rows were read`);
}

try {
  await makeLog();
  await rehearseAll(); // warm-up, not counted
  const [reading, rehearsing]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    reading.push(await timed(readAll));
    rehearsing.push(await timed(rehearseAll));
  }
  const [read, judged] = [median(reading), median(rehearsing)];
  console.log(`Rehearsing a lower limit over ${ROWS} requests, ${ROUNDS} rounds, interleaved; medians`);
  console.log(`${'reading the rows'.padEnd(44)} ${read.toFixed(0).padStart(7)} ms  1.00 of reading`);
  console.log(
    `${'rehearsing them'.padEnd(44)} ${judged.toFixed(0).padStart(7)} ms  ${(judged / read).toFixed(2)} of reading; ` +
      `a million in ${((judged / ROWS) * 1_000).toFixed(0)} s`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
