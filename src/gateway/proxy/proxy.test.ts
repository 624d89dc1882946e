import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { call, makeRunning, type Running } from '../../../tests/support/running-gateway.ts';
import { startUpstream, type TestUpstream, thingsDocument } from '../../../tests/support/upstream.ts';
import type { RunningGateway } from '../start.ts';

let running: Running;
let upstream: TestUpstream;
let gateway: RunningGateway;
let secret: string;

beforeAll(async () => {
  running = await makeRunning();
  upstream = await startUpstream();
  gateway = await running.start({ upstream: { url: upstream.url, openApiFile: thingsDocument() } });
  secret = (await running.token()).secret;
});
afterEach(() => {
  upstream.answer((_, response, last) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ url: last.url, body: last.body.toString('utf8') }));
  });
});
afterAll(async () => {
  await running.close();
  await upstream.close();
});

const idOf = (response: { headers: Headers }) => response.headers.get('x-request-id') ?? '';
const detail = async (requestId: string) => {
  await running.logged(requestId);
  return running.admin.logs.get({ requestId });
};
const problem = async (response: Response) => (await response.json()) as { code: string; detail: string };
const lastAsked = () => {
  const last = upstream.asked.at(-1);
  if (last === undefined) throw new Error('the upstream was asked nothing');
  return last;
};

/** A request whose path and headers are sent as they are. */
async function exact(path: string, headers: string[] = [], credential = secret) {
  const outgoing = httpRequest(`${gateway.address}${path}`, {
    path,
    headers: ['Host', 'gateway.test', 'Authorization', `Bearer ${credential}`, ...headers],
  });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { response, text: Buffer.concat(chunks).toString('utf8') };
}

test('a request goes on byte for byte, and its answer comes back', async () => {
  const path = '/things/a%20b%C3%A4;v=1?q=%2F..%2F&q=a+b&&x';
  const { response, text } = await exact(path);
  expect(response.statusCode).toBe(200);
  expect(JSON.parse(text).url).toBe(path);
  expect(lastAsked().headers.host).toBe(new URL(upstream.url).host);
  const shown = await detail(String(response.headers['x-request-id']));
  expect(shown).toMatchObject({ status: 200, endpoint: 'GET /things/{id}', reason: null, aborted: null });
  expect(shown.upstreamMs).toBeGreaterThan(0);
  expect(shown.upstreamMs).toBeLessThanOrEqual(shown.durationMs);
  expect(shown.bytesOut).toBe(Buffer.byteLength(text));
});

test('the upstream is told who asks, and never by the client; the token does not reach it', async () => {
  const place = await running.admin.directory.places.add({ kind: 'location', name: 'Härbour, "Street"; 1' });
  const restrictions = { businessUnits: [], locations: [place.id], userGroups: [] };
  const made = await running.token({ name: 'Päyroll\u2028 x', restrictions });
  const { response } = await exact(
    '/things',
    [
      ...['X-Gatehouse-User', 'root@example.org', 'x-gatehouse-anything', '1', 'X_Gatehouse_Scope', 'full'],
      ...['Connection', 'X-Gatehouse-User, X-Hop, close', 'X-Hop', 'hop', 'X-Other', made.secret],
      ...['X-Forwarded-For', '1.2.3.4', 'Forwarded', 'for=1.2.3.4', 'X-Kept', 'kept', 'Cookie', 'session=1'],
    ],
    made.secret,
  );
  expect(response.statusCode).toBe(200);
  const { headers, raw } = lastAsked();
  const { 'x-kept': kept, cookie, 'x-forwarded-for': from, forwarded, ...rest } = headers;
  expect({ kept, cookie, from }).toEqual({ kept: 'kept', cookie: 'session=1', from: '127.0.0.1' });
  expect(forwarded).toBe(`for=127.0.0.1;host="gateway.test";proto=http`);
  expect(Object.fromEntries(Object.entries(rest).filter(([name]) => name.includes('gatehouse')))).toEqual({
    'x-gatehouse-request-id': response.headers['x-request-id'],
    'x-gatehouse-token-id': made.token.id,
    'x-gatehouse-token-name': 'P%C3%A4yroll%E2%80%A8%20x',
    'x-gatehouse-user': 'ada@example.org',
    'x-gatehouse-scope': 'full',
    'x-gatehouse-business-units': '*',
    'x-gatehouse-locations': `${place.id};name=H%C3%A4rbour%2C%20%22Street%22%3B%201`,
    'x-gatehouse-user-groups': '*',
  });
  expect(raw.join('\n')).not.toMatch(/shf_|authorization|X-Hop|X-Other/i);
  await running.admin.directory.places.rename({ id: place.id, kind: 'location', name: 'Pier' });
  await call(gateway.address, '/things', made.secret);
  expect(lastAsked().headers['x-gatehouse-locations']).toBe(`${place.id};name=Pier`);
});

test('what the catalogue, the scope and the token refuse does not reach the upstream', async () => {
  const before = upstream.asked.length;
  const reader = await running.token({
    scope: 'limited',
    endpoints: [{ kind: 'tag', target: 'bulk', access: 'read' }],
  });
  expect((await call(gateway.address, '/things', null)).status).toBe(401);
  expect((await call(gateway.address, '/nothing', secret)).status).toBe(404);
  expect((await call(gateway.address, '/big', secret, { method: 'PATCH' })).status).toBe(405);
  expect((await call(gateway.address, '/things', reader.secret)).status).toBe(403);
  expect((await call(gateway.address, '/big', reader.secret, { method: 'POST' })).status).toBe(403);
  for (const path of ['/things/../big', '/things/%2e%2e', '/things/a%2fb', '/things/a%5Cb', '/things/..;/x'])
    expect((await exact(path)).response.statusCode).toBe(404);
  for (const path of [`/things?key=${secret}`, `/things/${secret}`, '/things/1#x'])
    expect((await exact(path)).response.statusCode).toBe(400);
  const upgrade = await exact('/things', ['Connection', 'Upgrade', 'Upgrade', 'websocket']);
  expect(upgrade.response.statusCode).toBe(400);
  expect(upstream.asked.length).toBe(before);
  expect((await exact('/things', ['Connection', 'Upgrade', 'Upgrade', 'h2c'])).response.statusCode).toBe(200);
});

test("the upstream's own statuses and headers pass, those of its connection do not, and its limits are told apart", async () => {
  upstream.answer((_, response) => {
    response.writeHead(429, [
      ...['Content-Type', 'application/json', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Kept', 'caf\xe9'],
      ...['X-RateLimit-Remaining', '7', 'RateLimit', 'x', 'X-Request-Id', 'theirs', 'Retry-After', '9'],
      ...['Connection', 'X-Hop', 'X-Hop', 'hop', 'X-Gatehouse-User', 'echo', 'Content-Length', '13'],
    ]);
    // A text would take the head along as UTF-8.
    response.end(Buffer.from('{"secret":42}'));
  });
  const response = await call(gateway.address, '/things', secret);
  expect(response.status).toBe(429);
  expect(await response.json()).toEqual({ secret: 42 });
  const { headers } = response;
  expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(headers.get('x-kept')).toBe('caf\xe9');
  expect(headers.get('retry-after')).toBe('9');
  expect(headers.get('x-upstream-ratelimit-remaining')).toBe('7');
  expect(headers.get('x-upstream-request-id')).toBe('theirs');
  expect(headers.get('x-upstream-ratelimit')).toBe('x');
  expect(Number(headers.get('x-ratelimit-remaining'))).toBeGreaterThan(1_000);
  expect(headers.has('x-hop') || headers.has('x-gatehouse-user')).toBe(false);
  const shown = await detail(idOf(response));
  expect(shown).toMatchObject({ status: 429, reason: null });
  expect(shown.response.body).toEqual({
    type: 'application/json',
    bytes: 13,
    text: '{"secret":"[removed]"}',
  });
  expect(JSON.stringify(shown.response.headers)).not.toContain('a=1');
});

test('HEAD, 204 and 304 have no body, and the connection stays good', async () => {
  upstream.answer((request, response) => {
    if (request.method === 'DELETE') response.writeHead(204).end();
    else if (request.headers['if-none-match']) response.writeHead(304, { etag: '"1"' }).end();
    else
      response
        .writeHead(200, { 'content-length': '5000' })
        .end(request.method === 'HEAD' ? '' : 'x'.repeat(5_000));
  });
  const head = await call(gateway.address, '/things', secret, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '5000', '']);
  const gone = await call(gateway.address, '/things/1', secret, { method: 'DELETE' });
  expect([gone.status, gone.headers.has('content-length'), await gone.text()]).toEqual([204, false, '']);
  const same = await exact('/things', ['If-None-Match', '"1"']);
  expect([same.response.statusCode, same.text]).toEqual([304, '']);
  expect((await (await call(gateway.address, '/things', secret)).text()).length).toBe(5_000);
});

test('a body goes on as it comes: chunked, with a length, after 100 Continue', async () => {
  const sent = await call(gateway.address, '/things', secret, { method: 'POST', body: 'whole' });
  expect(await sent.json()).toMatchObject({ body: 'whole' });
  expect(lastAsked().headers['content-length']).toBe('5');
  const body = Readable.toWeb(
    Readable.from(['a', 'b', 'c'].map((text) => Buffer.from(text))),
  ) as ReadableStream;
  const chunked = await call(gateway.address, '/things', secret, {
    method: 'POST',
    body,
    duplex: 'half',
  } as RequestInit);
  expect(await chunked.json()).toMatchObject({ body: 'abc' });
  expect((await detail(idOf(chunked))).bytesIn).toBe(3);
  const expecting = httpRequest(`${gateway.address}/things`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, expect: '100-continue', 'content-length': '4' },
  });
  expecting.flushHeaders();
  await once(expecting, 'continue');
  expecting.end('late');
  const [response] = (await once(expecting, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  expect(lastAsked().body.toString()).toBe('late');
  expect(lastAsked().headers.expect).toBeUndefined();
});

test('an upstream that answers before it has read all leaves the client its answer', async () => {
  upstream.stream((request, response) => {
    response.writeHead(413, { 'content-type': 'text/plain', 'content-length': '8' });
    response.end('too much');
    // One that closed on unread bytes would reset the connection, and with it what it had answered.
    request.resume();
  });
  const response = await call(gateway.address, '/big', secret, { method: 'POST', body: 'x'.repeat(500_000) });
  expect([response.status, await response.text()]).toEqual([413, 'too much']);
});

test('an upstream that answers before it has read all, and hangs up, leaves the client’s connection good', async () => {
  const sockets: Socket[] = [];
  upstream.stream((request, response) => {
    response.writeHead(413, { 'content-type': 'text/plain', 'content-length': '8' });
    response.end('too much');
    sockets.push(request.socket);
  });
  const agent = new Agent({ connections: 1 });
  const send = (method: 'GET' | 'POST', body: string | null) =>
    request(`${gateway.address}/big`, {
      method,
      body,
      dispatcher: agent,
      headers: { authorization: `Bearer ${secret}` },
    });
  const first = await send('POST', 'x'.repeat(500_000));
  expect([first.statusCode, await first.body.text()]).toEqual([413, 'too much']);
  for (const socket of sockets) socket.resetAndDestroy();
  upstream.answer((_, response) => response.end('{}'));
  const second = await send('GET', null);
  expect([second.statusCode, await second.body.text()]).toEqual([200, '{}']);
  await agent.destroy();
}, 10_000);

/** A server that says `bytes` to whoever connects, then does as told. */
async function rawUpstream(say: (socket: import('node:net').Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => say(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A second instance's gateway on another upstream. */
async function withUpstream<T>(
  url: string,
  settings: object,
  work: (on: Running, address: string, token: string) => Promise<T>,
): Promise<T> {
  const other = await makeRunning();
  try {
    const { address } = await other.start({ upstream: { url, openApiFile: thingsDocument(), ...settings } });
    return await work(other, address, (await other.token()).secret);
  } finally {
    await other.close();
  }
}

test.each([
  [
    'is not HTTP',
    502,
    'upstream.invalid',
    (socket: import('node:net').Socket) => socket.end('hello\r\n\r\n'),
  ],
  [
    'switches protocols',
    502,
    'upstream.invalid',
    (socket: import('node:net').Socket) =>
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
  ],
  ['resets', 502, 'upstream.failed', (socket: import('node:net').Socket) => socket.resetAndDestroy()],
  ['closes', 502, 'upstream.failed', (socket: import('node:net').Socket) => socket.end()],
  [
    'is cut short',
    502,
    'upstream.failed',
    (socket: import('node:net').Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
  ],
  ['never comes', 504, 'upstream.timeout', () => undefined],
  [
    'stalls',
    504,
    'upstream.timeout',
    (socket: import('node:net').Socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
  ],
])('an answer that %s is %i, %s', async (_, status, code, say) => {
  const raw = await rawUpstream(say);
  await withUpstream(raw.url, { headersSeconds: 1, idleSeconds: 1 }, async (on, address, token) => {
    const response = await call(address, '/things', token);
    expect(response.status).toBe(status);
    const body = await problem(response);
    expect(body.code).toBe(code);
    expect(body.detail).toContain('The token and the request were in order');
    await on.logged(idOf(response));
    const shown = await on.admin.logs.get({ requestId: idOf(response) });
    expect(shown.reason).toBe(code);
    expect(shown.checks.at(-1)).toMatchObject({ check: 'upstream', passed: false });
  });
  raw.server.close();
});

test('an upstream that accepts no connection is 502 upstream.refused', async () => {
  const raw = await rawUpstream(() => undefined);
  raw.server.close();
  await withUpstream(raw.url, {}, async (_, address, token) => {
    const response = await call(address, '/things', token);
    expect(response.status).toBe(502);
    expect(await problem(response)).toMatchObject({ code: 'upstream.refused' });
  });
});

test('an upstream whose name leads to a forbidden address is 502 upstream.denied', async () => {
  const other = await makeRunning();
  const { secret: token } = await other.token();
  const { address } = await other.start({
    upstream: { url: 'http://api.test:9', openApiFile: thingsDocument() },
    resolve: (_, __, done) => done(null, [{ address: '169.254.169.254', family: 4 }]),
  });
  const response = await call(address, '/things', token);
  expect(response.status).toBe(502);
  const body = await problem(response);
  expect(body.code).toBe('upstream.denied');
  await other.logged(idOf(response));
  const { checks } = await other.admin.logs.get({ requestId: idOf(response) });
  // The address is for the log, not for the client.
  expect(checks.at(-1)?.detail).toContain('169.254.169.254');
  expect(body.detail).not.toContain('169.254');
  await other.close();
});

test('a streamed answer that the upstream cuts off is cut off for the client, and the row says so', async () => {
  upstream.stream((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first', () => setImmediate(() => response.destroy()));
  });
  const response = await call(gateway.address, '/big', secret);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  expect(await detail(idOf(response))).toMatchObject({
    status: 200,
    reason: 'upstream.failed',
    aborted: 'upstream',
    bytesOut: 5,
    interrupted: false,
  });
});

test('a revoked token’s download ends in its midst, another’s goes on, and the row says why', async () => {
  const [leaked, other] = [await running.token({ name: 'Leaked' }), await running.token({ name: 'Other' })];
  const answers: ServerResponse[] = [];
  upstream.stream((_, response) => {
    response.write('the beginning');
    answers.push(response);
  });
  const get = (of: string) =>
    fetch(`${gateway.address}/things`, { headers: { authorization: `Bearer ${of}` } });
  const [cut, whole] = [await get(leaked.secret), await get(other.secret)];
  const ended = cut.text();
  await running.admin.tokens.revoke({ id: leaked.token.id });
  await expect(ended).rejects.toThrow();
  for (const answer of answers) answer.end(', the end');
  expect(await whole.text()).toBe('the beginning, the end');
  expect(await detail(idOf(cut))).toMatchObject({
    status: 200,
    reason: 'token.revoked',
    aborted: 'gateway',
    bytesOut: 13,
  });
  expect(await detail(idOf(whole))).toMatchObject({ status: 200, reason: null, aborted: null });
});

test('a token that is revoked while the upstream takes its time gets the refusal, and not the answer', async () => {
  const leaked = await running.token({ name: 'Leaked' });
  const coming = Promise.withResolvers<ServerResponse>();
  upstream.answer((_, response) => coming.resolve(response));
  const asked = fetch(`${gateway.address}/things`, { headers: { authorization: `Bearer ${leaked.secret}` } });
  const response = await coming.promise;
  await running.admin.tokens.revoke({ id: leaked.token.id });
  const refused = await asked;
  response.end('{}');
  expect(refused.status).toBe(401);
  expect(await problem(refused)).toMatchObject({ code: 'token.revoked' });
  expect(await detail(idOf(refused))).toMatchObject({ status: 401, reason: 'token.revoked' });
});

test('a client that leaves midway ends the upstream’s work, and the row says so', async () => {
  const closed = Promise.withResolvers<void>();
  upstream.stream((request, response) => {
    request.resume();
    response.once('close', closed.resolve);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first');
  });
  const leaving = new AbortController();
  const response = await call(gateway.address, '/big', secret, { signal: leaving.signal });
  leaving.abort();
  await closed.promise;
  expect(await detail(idOf(response))).toMatchObject({
    status: 200,
    reason: 'client.closed',
    aborted: 'client',
  });
});

test('a client that leaves before the answer ends the upstream’s work, and is logged as 499', async () => {
  const closed = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<string>();
  upstream.stream((request, response) => {
    response.once('close', closed.resolve);
    arrived.resolve(String(request.headers['x-gatehouse-request-id']));
  });
  const leaving = new AbortController();
  const gone = call(gateway.address, '/things', secret, { signal: leaving.signal }).catch(() => null);
  const requestId = await arrived.promise;
  leaving.abort();
  await gone;
  await closed.promise;
  expect(await detail(requestId)).toMatchObject({ status: 499, reason: 'client.closed' });
});

test('a client that breaks its body off does not look whole to the upstream', async () => {
  const ended = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  upstream.stream((request) => {
    request.on('error', () => undefined);
    request.once('data', () => begun.resolve());
    request.on('close', () => ended.resolve(request.complete ? 'whole' : 'broken off'));
    request.resume();
  });
  const { hostname, port } = new URL(gateway.address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  socket.write(
    `POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
  );
  await begun.promise;
  socket.destroy();
  expect(await ended.promise).toBe('broken off');
});

test('what is not HTTP behind a request is answered behind its streamed answer, never in its midst', async () => {
  const arrived = Promise.withResolvers<ServerResponse>();
  upstream.stream((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first');
    arrived.resolve(response);
  });
  const { hostname, port } = new URL(gateway.address);
  const socket = connect(Number(port), hostname);
  let text = '';
  const began = Promise.withResolvers<void>();
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (text.includes('first')) began.resolve();
  });
  socket.on('error', () => undefined);
  socket.write(`GET /big HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\n\r\n`);
  await began.promise;
  socket.write('this is not HTTP\r\n\r\n');
  (await arrived.promise).end('last');
  await once(socket, 'close');
  expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*first[\s\S]*last\r\n0\r\n\r\nHTTP\/1\.1 400 /);
  expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(2);
});

test('a body that is not HTTP ends the answer that has begun on it', async () => {
  upstream.stream((request, response) => {
    request.on('error', () => undefined);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first');
  });
  const { hostname, port } = new URL(gateway.address);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (text.includes('first')) socket.write('this is no chunk\r\n\r\n');
  });
  socket.on('error', () => undefined);
  socket.write(
    `POST /big HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
  );
  await once(socket, 'close');
  expect(text).toContain('first');
  expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
});

test('a large answer passes with bounded memory, no faster than its reader', async () => {
  const piece = Buffer.alloc(2 ** 20, 'x');
  const pieces = 320;
  let given = 0;
  upstream.stream((_, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    const give = () => {
      while (given < pieces) {
        given++;
        if (!response.write(piece)) return response.once('drain', give);
      }
      response.end();
    };
    give();
  });
  const outgoing = httpRequest(`${gateway.address}/big`, { headers: { authorization: `Bearer ${secret}` } });
  outgoing.end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  // Nobody reads: the upstream is held up, after what the sockets' buffers take.
  for (let before = -1; before !== given; await delay(200)) before = given;
  expect(given).toBeLessThan(64);
  const start = process.memoryUsage().rss;
  let peak = start;
  let bytes = 0;
  for await (const chunk of response) {
    const before = bytes >> 24;
    bytes += (chunk as Buffer).length;
    if (bytes >> 24 !== before) peak = Math.max(peak, process.memoryUsage.rss());
  }
  expect(bytes).toBe(pieces * piece.length);
  expect(peak - start).toBeLessThan(200 * 2 ** 20);
  expect(await detail(String(response.headers['x-request-id']))).toMatchObject({
    bytesOut: bytes,
    aborted: null,
  });
}, 120_000);
