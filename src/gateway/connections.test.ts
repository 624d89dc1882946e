import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFront } from '../../tests/support/gateway-front.ts';
import { answersIn, openRaw, sendRaw } from '../../tests/support/raw-connection.ts';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';

const CONNECT = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n';

let running: Running;
let secret: string;
beforeEach(async () => {
  running = await makeRunning();
  secret = (await running.token()).secret;
});
afterEach(() => running.close());

const get = (more = '') =>
  `GET /v1/shifts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n${more}\r\n`;

/** Every row that is in the log once that of a request sent now is there, but for that one. */
async function rowsBefore(address: string) {
  const response = await call(address, '/v1/shifts', secret);
  const mark = await running.logged(response.headers.get('x-request-id'));
  const { items } = await running.admin.logs.query({ limit: 1_000 });
  return items.filter((row) => row.requestId !== mark.requestId);
}

test('clients that reset their CONNECT, before or after its answer, do not end the gateway', async () => {
  const entry = join(import.meta.dirname, '../../tests/support/gateway-process.ts');
  const child = spawn(process.execPath, [entry, running.file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  for (let i = 0; i < 10; i++) {
    const early = await openRaw(address);
    early.socket.write(CONNECT);
    early.socket.resetAndDestroy();
    const late = await openRaw(address);
    late.socket.write(CONNECT);
    await once(late.socket, 'data');
    late.socket.resetAndDestroy();
  }
  expect((await call(address, '/v1/shifts', secret)).status).toBe(200);
  child.kill('SIGKILL');
  await ended;
});

test('stopping does not wait for a client that keeps its CONNECT open', async () => {
  const gateway = await running.start();
  const { socket } = await openRaw(gateway.address);
  socket.write(CONNECT);
  await once(socket, 'data');
  await gateway.stop();
  socket.destroy();
});

test('stopping closes a connection on which nothing came, and still answers a request on its way', async () => {
  const gateway = await running.start();
  const slow = await openRaw(gateway.address);
  slow.socket.write(
    `POST /v1/reports HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n',
  );
  await once(slow.socket, 'data');
  const unused = await openRaw(gateway.address);
  const stopped = gateway.stop();
  expect(await unused.answer()).toBe('');
  slow.socket.write('{}');
  expect(answersIn(await slow.answer()).statuses).toEqual([100, 400]);
  await stopped;
});

test('a request to upgrade is answered as any other, and so is the next; its client may reset', async () => {
  const gateway = await running.start();
  const { socket } = await openRaw(gateway.address);
  for (const more of ['Connection: Upgrade\r\nUpgrade: websocket\r\n', '']) {
    socket.write(get(more));
    const [text] = await once(socket, 'data');
    expect(answersIn(text).statuses).toEqual([200]);
  }
  socket.resetAndDestroy();
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
});

test('what is not HTTP behind a good request is answered after it, and does not replace its answer', async () => {
  const gateway = await running.start();
  const body = '{"kind":"hours","from":"2026-11-01T00:00:00Z","to":"2026-11-02T00:00:00Z"}';
  const post =
    `POST /v1/reports HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (const [bytes, rows] of [
    [`${get()}GARBAGE\r\n\r\n`, ['GET 200', '- 400']],
    [`${get()}${get()}${CONNECT}`, ['GET 200', 'GET 200', '- 400']],
    [`${post}GARBAGE\r\n\r\n`, ['POST 201', '- 400']],
  ] as const) {
    const { requestIds } = answersIn(await sendRaw(gateway.address, bytes));
    const logged = await Promise.all(requestIds.map(running.logged));
    expect(logged.map(({ method, status }) => `${method} ${status}`)).toEqual(rows);
    expect(logged.map(({ endpoint }) => endpoint !== null)).toEqual(rows.map((row) => row !== '- 400'));
  }
});

test('what is not HTTP is one row, however much of it comes before it is answered', async () => {
  const rows: string[] = [];
  const journalled = Promise.withResolvers<void>();
  const { address, ask, close } = await makeFront((record) => {
    rows.push(record.path);
    return record.path === '-' ? journalled.promise : Promise.resolve();
  });
  const { socket, answer } = await openRaw(address);
  for (const piece of ['GARBAGE\r\n\r\n', 'MORE', 'AND MORE']) {
    socket.write(piece);
    // Asked later and answered: the piece has been read.
    expect((await ask()).status).toBe(200);
  }
  journalled.resolve();
  expect(answersIn(await answer()).statuses).toEqual([400]);
  expect(rows).toEqual(['-', '/open', '/open', '/open']);
  await close();
});

test('408 for half a head; a connection on which nothing came is closed without a row', async () => {
  const gateway = await running.start({ patience: { head: 50 } });
  const unused = await openRaw(gateway.address);
  expect(await unused.answer()).toBe('');
  expect(answersIn(await sendRaw(gateway.address, 'GET / HT')).statuses).toEqual([408]);
  expect((await rowsBefore(gateway.address)).map((row) => row.status)).toEqual([408]);
});

test('408 for a head that drips and for a body that does: bytes buy no time', async () => {
  // It asks as fast as the machine can while it waits; that must not use up the burst.
  const limit = { requestsPerHour: 1_000_000, burst: { requests: 1_000_000, seconds: 60 } };
  await running.admin.limits.set({ target: { kind: 'default' }, limit });
  const gateway = await running.start({ patience: { head: 50, request: 100 } });
  const post =
    `POST /v1/employees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\n` +
    'Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n';
  for (const first of ['GET /', post]) {
    const { socket, answer } = await openRaw(gateway.address);
    let text: string | null = null;
    const answered = answer().then((all) => {
      text = all;
    });
    for (socket.write(first); text === null; await call(gateway.address, '/v1/openapi.json', secret))
      socket.write('a');
    await answered;
    const { statuses, requestIds } = answersIn(text);
    expect(statuses).toEqual([408]);
    expect(text).toMatch(/^connection: close\r$/im);
    const { method, status } = await running.logged(requestIds[0] as string);
    expect([method, status]).toEqual([first === post ? 'POST' : '-', 408]);
  }
});

test('of a client that reads no answer no more requests are read than one read brings', async () => {
  const body = 'x'.repeat(100_000);
  let taken = 0;
  const read = (key: string) => {
    if (key.includes('unread')) taken++;
    return { status: 200, body, reason: null };
  };
  const { address, ask, close } = await makeFront(async () => undefined, {
    reads: { read },
    failed: { count: () => 0, sweep: () => undefined, size: 0 },
  });
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) }).pause();
  socket.on('error', () => undefined);
  const one = 'GET /open?unread HTTP/1.1\r\nHost: a\r\n\r\n';
  socket.write(one.repeat(100_000));
  // Others are answered meanwhile; a hundred answers long nothing more is taken of this one.
  for (let before = -1; before !== taken; ) {
    before = taken;
    for (let i = 0; i < 100; i++) await (await ask()).arrayBuffer();
  }
  expect(taken).toBeGreaterThan(0);
  // Node reads 64 KiB at a time; the first read may be short of that.
  expect(taken).toBeLessThanOrEqual(2 * Math.ceil(65_536 / one.length));
  socket.destroy();
  await close();
});

test('requests that come faster than their answers are all answered in order, bodies and all', async () => {
  const gateway = await running.start();
  const body = JSON.stringify({ note: 'x'.repeat(3_000) });
  const post = `POST /v1/employees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\n`;
  const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const plain = `${post}Content-Length: ${body.length}\r\n\r\n${body}`;
  const rounds = 20;
  const bytes = `${get()}${plain}${get()}${chunked}`.repeat(rounds) + get('Connection: close\r\n');
  const text = await sendRaw(gateway.address, bytes);
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => Number(match[1]));
  const round = [200, 400, 200, 400];
  expect(statuses).toEqual([...Array(rounds).fill(round).flat(), 200]);
});
