/**
 * `npm run bench`: how long a healthy client waits beside 1,000 slow connections, as a part of what it waits without
 * them, interleaved in one run. A third of them is idle without a byte, a third sends a byte of its head each second, a
 * sixth a byte of its body, a sixth asks for eight answers of 30 KB and reads a byte each second. What the gateway closes is
 * opened anew, so there are always 1,000.
 */
import { connect, type Socket } from 'node:net';
import { cpus } from 'node:os';
import { type Load, load, median, PATH, withBench } from './parts.ts';

const SLOW = 1_000;
const CONNECTIONS = 4;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);

/** Opens the slow connections, and keeps their number. */
async function openSlow(address: string, secret: string) {
  const { hostname, port } = new URL(address);
  const auth = `Host: a\r\nAuthorization: Bearer ${secret}\r\n`;
  const large = `GET /v1/openapi.json HTTP/1.1\r\n${auth}\r\n`;
  const body = `POST /v1/employees HTTP/1.1\r\n${auth}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
  /** What each says first, and what it does each second. */
  const kinds: { first: string; drip(socket: Socket): void }[] = [
    { first: '', drip: () => undefined },
    { first: 'GET /', drip: (socket) => socket.write('a') },
    { first: '', drip: () => undefined },
    { first: 'GET /', drip: (socket) => socket.write('a') },
    { first: large.repeat(8), drip: (socket) => socket.read(1) },
    { first: body, drip: (socket) => socket.write(' ') },
  ];
  const open = new Set<Socket>();
  let ended = false;
  function openOne(n: number): Promise<void> {
    const { first, drip } = kinds[n % kinds.length] as (typeof kinds)[number];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const reads = first.startsWith(large);
    const socket = connect({ host: hostname, port: Number(port), readableHighWaterMark: 1 } as never);
    open.add(socket);
    if (!reads) socket.resume();
    let timer: NodeJS.Timeout | undefined;
    socket.once('connect', () => {
      resolve();
      if (first !== '') socket.write(first);
      // Not all of them in the same moment of each second.
      timer = setTimeout(() => {
        drip(socket);
        timer = setInterval(() => drip(socket), 1_000);
      }, n % 1_000);
    });
    socket.on('error', reject);
    socket.once('close', () => {
      clearInterval(timer);
      open.delete(socket);
      if (!ended) openOne(n).catch(() => undefined);
    });
    return promise;
  }
  await Promise.all(Array.from({ length: SLOW }, (_, n) => openOne(n)));
  return {
    async close() {
      ended = true;
      const closed = [...open].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of open) socket.resetAndDestroy();
      await Promise.all(closed);
    },
  };
}

await withBench(async ({ secret, serve }) => {
  const { address } = await serve();
  const alone: Load[] = [];
  const beside: Load[] = [];
  const measure = (seconds = SECONDS) => load(address, secret, CONNECTIONS, seconds);
  await measure(); // warm-up, not counted
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await measure());
    const slow = await openSlow(address, secret);
    await measure(2); // not counted: what they ask for at first is answered
    beside.push(await measure());
    await slow.close();
  }
  console.log(
    `GET ${PATH}, ${CONNECTIONS} connections beside ${SLOW} slow ones, ${ROUNDS} rounds of ${SECONDS} s, interleaved, ${cpus().length} cores; medians`,
  );
  const base = median(alone.map(({ p99 }) => p99));
  for (const [name, loads] of [
    ['alone', alone],
    [`beside ${SLOW} slow connections`, beside],
  ] as const) {
    const rate = median(loads.map((one) => one.rate));
    const p99 = median(loads.map((one) => one.p99));
    console.log(
      `${name.padEnd(44)} ${rate.toFixed(0).padStart(7)}/s  p99 ${p99.toFixed(2).padStart(6)} ms  ${(p99 / base).toFixed(2)} of its own alone`,
    );
  }
});
