/**
 * `npm run bench`: the gateway with everything on (token, limits, restrictions, journal, writer) beside bare Fastify
 * and beside Fastify with its own plugins for the same work, interleaved in one run. Prints medians and ratios; the
 * absolute figures of a shared machine mean nothing.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { type Load, load, median, PATH, withBench } from './parts.ts';

const CONNECTIONS = 64;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);

await withBench(async ({ folder, secret, start, serve }) => {
  const { address: gateway } = await serve();
  const answer = await fetch(gateway + PATH, { headers: { authorization: `Bearer ${secret}` } });
  if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status}`);
  const body = join(folder, 'body.json');
  writeFileSync(body, await answer.text());

  const peer = async (kind: string) =>
    (await start([join(import.meta.dirname, 'peer.ts'), kind, secret, body, join(folder, `${kind}.log`)]))
      .address;
  const servers = {
    'bare Fastify': await peer('bare'),
    'Fastify + bearer-auth + rate-limit + pino': await peer('stack'),
    'Gatehouse, everything on': gateway,
  };
  const results = Object.fromEntries(Object.keys(servers).map((name) => [name, [] as Load[]]));
  const measure = (address: string) => load(address, secret, CONNECTIONS, SECONDS);
  for (const address of Object.values(servers)) await measure(address); // warm-up, not counted
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, address] of Object.entries(servers)) results[name]?.push(await measure(address));

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
});
