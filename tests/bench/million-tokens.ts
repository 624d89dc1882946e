/**
 * `npm run bench`: what a million tokens cost the gateway's memory, as a part of what it costs to hold nothing but their
 * ids: compiled into a policy, with one request each, with requests in every minute of an hour, and with a burst period
 * of an hour as well, which is the most that a limiter can hold of a token. Then all are idle, and it must be given back.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { HOUR, MINUTE, SECOND } from '../../src/base/clock.ts';
import { openSqlite } from '../../src/db/open.ts';
import { placeOfFile } from '../../src/db/place.ts';
import { readNow, readSnapshotNow } from '../../src/db/reads.ts';
import { createLimiter } from '../../src/features/limits/limiter.ts';
import { compilePolicy, readFrame, readPolicyRows } from '../../src/gateway/policy-rows.ts';
import { openInstance } from '../../src/instance.ts';
import { insertManyTokens, manyTokenId } from '../support/many-tokens.ts';

const TOKENS = Number(process.env.BENCH_TOKENS ?? 1_000_000);
/** What the gateway looks at each second. */
const SWEEP = 2_000;

const { gc } = globalThis;
if (gc === undefined) throw new Error('run it with --expose-gc');

/** Bytes in use, garbage apart. */
function inUse(): number {
  gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const base = inUse();
let idsAlone = Number.NaN;
function report(name: string, since = base): void {
  const each = (inUse() - since) / TOKENS;
  if (Number.isNaN(idsAlone)) idsAlone = each;
  const rss = (process.memoryUsage().rss / 2 ** 30).toFixed(1);
  console.log(
    `${name.padEnd(44)} ${each.toFixed(0).padStart(6)} bytes a token  ${(each / idsAlone).toFixed(1)} of its id  (process: ${rss} GiB)`,
  );
}

function benchLimiter(ids: readonly string[]): void {
  const limiter = createLimiter();
  const before = inUse();
  const askAll = (now: number, seconds: number) => {
    const token = { requestsPerHour: 10_000, burst: { requests: 10_000, seconds } };
    for (const tokenId of ids) limiter.ask({ tokenId, token, instance: null }, now);
  };
  askAll(0, 10);
  report('limiter: one request each', before);
  for (let now = MINUTE; now <= HOUR; now += MINUTE) askAll(now, 10);
  report('limiter: one in each minute', before);
  // A period that is no whole minute is cut at other times than the hour.
  for (let now = HOUR + MINUTE; now <= 2 * HOUR + MINUTE; now += 59 * SECOND) askAll(now, 3_540);
  report('limiter: and a burst period of an hour', before);
  let seconds = 0;
  for (; limiter.size > 0; seconds++) limiter.sweep(SWEEP, 4 * HOUR);
  report(`limiter: idle, after ${seconds} s of sweeps`, before);
}

async function benchPolicy(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const file = join(folder, 'instance.db');
    const instance = await openInstance({ place: placeOfFile(file), actor: 'os:bench' });
    const ask = createRouterClient(instance.router, { context: instance.context });
    const { id: userId } = await ask.directory.users.add({ email: 'bench@example.org', name: 'Bench' });
    await instance.close();
    insertManyTokens(file, { userId, count: TOKENS, now: Date.now() });
    const db = openSqlite(file, { readonly: true });
    const before = inUse();
    const policy = compilePolicy(readSnapshotNow(db, readPolicyRows()), readNow(db, readFrame([])));
    report('policy: compiled', before);
    if (policy.nameOf(manyTokenId(TOKENS - 1)) === null) throw new Error('the policy has not all tokens');
    db.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`${TOKENS} tokens`);
const ids = Array.from({ length: TOKENS }, (_, n) => manyTokenId(n));
report('their ids alone');
benchLimiter(ids);
await benchPolicy();
