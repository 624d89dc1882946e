/**
 * `npm run bench`: calls a second of the limits that gateways share in Redis, beside a plain PING of the same server
 * over the same connection and beside the limiter in memory, interleaved in one run. Prints medians and ratios.
 */
import { createLimiter } from '../../src/features/limits/limiter.ts';
import { startRedis } from '../support/redis.ts';
import { connectRedis, freshCounters } from '../support/redis-counters.ts';
import { median } from './parts.ts';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5) * 2 + 1;
const CALLS = 10_000;
/** As many as a gateway under load has under way. */
const AT_ONCE = 64;
const TOKENS = 1_000;

const server = await startRedis();
const link = await connectRedis(server.url);
const token = { requestsPerHour: 1e9, burst: { requests: 1e9, seconds: 10 } };
const questions = Array.from({ length: TOKENS }, (_, n) => ({ tokenId: `t${n}`, token, instance: token }));
const began = Date.now();
const [counters, limiter] = [await freshCounters(link, began), createLimiter()];
/** A busy hour: every sub-bucket counts something. */
for (let minute = 0; minute < 61; minute++)
  await counters.ask(questions.slice(0, 100).map((question) => ({ question, now: began + minute * 60_000 })));
let now = began + 61 * 60_000;
const questionAt = (n: number) => questions[n % TOKENS] as (typeof questions)[number];

/** Calls a second. */
async function rate(call: (n: number) => unknown): Promise<number> {
  const start = process.hrtime.bigint();
  for (let at = 0; at < CALLS; at += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => call(at + n)));
  return CALLS / (Number(process.hrtime.bigint() - start) / 1e9);
}

const measured = {
  'PING of the same server': () => rate(() => link.client.ping()),
  'shared limits, a call each': () => rate((n) => counters.raw({ question: questionAt(n), now: now++ })),
  'limits in memory': () => rate((n) => limiter.ask(questionAt(n), now++)),
};
const rates = Object.fromEntries(Object.keys(measured).map((name) => [name, [] as number[]]));
for (const measure of Object.values(measured)) await measure(); // warm-up, not counted
for (let round = 0; round < ROUNDS; round++)
  for (const [name, measure] of Object.entries(measured)) rates[name]?.push(await measure());

const base = median(rates['PING of the same server'] ?? []);
console.log(
  `Asking the limits, ceiling and token, ${AT_ONCE} at once, ${ROUNDS} rounds of ${CALLS} calls, interleaved; medians`,
);
for (const [name, values] of Object.entries(rates)) {
  const middle = median(values);
  console.log(`${name.padEnd(44)} ${middle.toFixed(0).padStart(8)}/s  ${(middle / base).toFixed(2)} of PING`);
}
link.close();
await server.stop();
