import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersIn, sendRaw } from '../../tests/support/raw-connection.ts';
import { call, makeRunning, type Running, send } from '../../tests/support/running-gateway.ts';
import { makeSecret } from '../features/tokens/secret.ts';
import type { RunningGateway } from './start.ts';

let running: Running;
let gateway: RunningGateway;
let full: string;
const places: Record<string, string> = {};

beforeAll(async () => {
  running = await makeRunning();
  for (const name of ['North', 'South'])
    places[name] = (await running.admin.directory.places.add({ kind: 'location', name })).id;
  places.Retail = (await running.admin.directory.places.add({ kind: 'businessUnit', name: 'Retail' })).id;
  gateway = await running.start();
  full = (await running.token()).secret;
});
afterAll(() => running.close());

const employee = (change: object = {}) => ({
  name: 'Bo',
  email: `${crypto.randomUUID()}@example.org`,
  position: 'Clerk',
  businessUnitId: places.Retail,
  locationId: places.North,
  ...change,
});
const problem = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; requestId: string; errors?: { field: string }[] }),
});

const raw = (bytes: string) => sendRaw(gateway.address, bytes);

test('200 with a token, with the limit headers, and its row in the log', async () => {
  const { secret, token } = await running.token({ name: 'Counted' });
  const response = await call(gateway.address, '/v1/shifts?limit=5', secret);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ items: [], nextCursor: null });
  const { headers } = response;
  expect(headers.get('x-ratelimit-limit')).toBe('10000');
  expect(headers.get('x-ratelimit-remaining')).toBe('9999');
  expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1_000);
  expect(headers.get('ratelimit-policy')).toBe('"hour";q=10000;w=3600, "burst";q=100;w=10');
  expect(headers.get('ratelimit')).toMatch(/^"hour";r=9999;t=\d+, "burst";r=99;t=\d+$/);
  const requestId = headers.get('x-request-id');
  expect(await running.logged(requestId)).toMatchObject({
    tokenId: token.id,
    address: '127.0.0.1',
    method: 'GET',
    endpoint: 'GET /v1/shifts',
    path: '/v1/shifts?limit=5',
    status: 200,
    reason: null,
  });
  const detail = await running.admin.logs.get({ requestId: requestId ?? '' });
  expect(detail.checks.map((check) => check.check)).toEqual([
    'credential',
    'address',
    'limits',
    'endpoint',
    'scope',
    'request',
    'restrictions',
  ]);
  expect(JSON.stringify(detail)).not.toContain(secret);
});

test('401 without, with a misspelt, an unknown and a revoked token; never from the query', async () => {
  const { secret, token } = await running.token();
  await running.admin.tokens.revoke({ id: token.id });
  const typo = secret.slice(0, 9) + (secret[9] === 'a' ? 'b' : 'a') + secret.slice(10);
  const missing = await call(gateway.address, `/v1/shifts?access_token=${full}`, null);
  expect(missing.headers.get('www-authenticate')).toBe('Bearer realm="gatehouse"');
  expect(missing.headers.get('content-type')).toBe('application/problem+json');
  expect(await problem(missing)).toMatchObject({ status: 401, code: 'token.missing' });
  for (const [credential, code, reason] of [
    [typo, 'token.invalid', 'token.malformed'],
    [makeSecret(), 'token.invalid', 'token.unknown'],
    [secret, 'token.revoked', 'token.revoked'],
  ] as const) {
    const response = await call(gateway.address, '/v1/shifts', credential);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(response.headers.has('x-ratelimit-limit')).toBe(false);
    const body = await problem(response);
    expect(body).toMatchObject({ status: 401, code, requestId: response.headers.get('x-request-id') });
    expect(await running.logged(body.requestId)).toMatchObject({ status: 401, reason });
  }
});

test('each change of a token, its user, the limits and the ranges is in force at the next request', async () => {
  const { secret, token } = await running.token();
  const status = async () => (await call(gateway.address, '/v1/shifts', secret)).status;
  const { admin, user } = running;
  expect(await status()).toBe(200);
  await admin.tokens.setActive({ id: token.id, active: false });
  expect(await status()).toBe(401);
  await admin.tokens.setActive({ id: token.id, active: true });
  expect(await status()).toBe(200);
  await admin.directory.users.setActive({ id: user.id, active: false });
  expect(await status()).toBe(401);
  await admin.directory.users.setActive({ id: user.id, active: true });
  const rule = await admin.ipRules.add({ range: '10.0.0.0/8', tokenIds: [token.id] });
  expect(await status()).toBe(403);
  await admin.ipRules.remove({ id: rule.id });
  expect(await status()).toBe(200);
  const tight = { requestsPerHour: 1, burst: { requests: 1, seconds: 1 } };
  await admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit: tight });
  expect(await status()).toBe(429);
  await admin.tokens.revoke({ id: token.id });
  expect(await status()).toBe(401);
});

test('403 ip.denied, whatever X-Forwarded-For says; the limits are shown but not charged', async () => {
  const { secret, token } = await running.token();
  await running.admin.ipRules.add({ range: '10.1.0.0/16', tokenIds: [token.id] });
  const response = await call(gateway.address, '/v1/shifts', secret, {
    headers: { 'x-forwarded-for': '10.1.2.3', forwarded: 'for=10.1.2.3' },
  });
  expect(response.headers.get('x-ratelimit-remaining')).toBe('10000');
  expect(await problem(response)).toMatchObject({ status: 403, code: 'ip.denied' });
});

test('a denied address is not told when to come back, even where the limits are used up', async () => {
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 1, burst: { requests: 1, seconds: 1 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
  await running.admin.ipRules.add({ range: '10.1.0.0/16', tokenIds: [token.id] });
  const response = await call(gateway.address, '/v1/shifts', secret);
  expect(response.headers.has('retry-after')).toBe(false);
  expect(await problem(response)).toMatchObject({ status: 403, code: 'ip.denied' });
});

test('of 20 parallel requests against a burst of 10 exactly 10 are admitted, and one after Retry-After', async () => {
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 1_000, burst: { requests: 10, seconds: 1 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const responses = await Promise.all(
    Array.from({ length: 20 }, () => call(gateway.address, '/v1/shifts', secret)),
  );
  const refused = responses.filter((response) => response.status === 429);
  expect(responses.filter((response) => response.status === 200)).toHaveLength(10);
  expect(refused).toHaveLength(10);
  const wait = Number(refused.at(-1)?.headers.get('retry-after'));
  expect(await problem(refused[0] as Response)).toMatchObject({ code: 'limit.burst' });
  await new Promise((resolve) => setTimeout(resolve, wait * 1_000));
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
});

test('404 for an unknown path or one that hides another, 405 with Allow', async () => {
  for (const path of ['/v2/shifts', '/v1/shifts/', '/v1/employees%2f..%2fshifts', '/v1/%2e%2e/shifts']) {
    const response = await call(gateway.address, path, full);
    expect(await problem(response)).toMatchObject({ status: 404, code: 'endpoint.unknown' });
  }
  const response = await send(gateway.address, 'PUT', '/v1/shifts', full, {});
  expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  expect(await problem(response)).toMatchObject({ status: 405, code: 'endpoint.method' });
});

test('403 for what is outside the scope: read-only, limited, and a user who may only read', async () => {
  const readOnly = await running.token({ scope: 'read-only' });
  const limited = await running.token({
    scope: 'limited',
    endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }],
  });
  const reader = await running.admin.directory.users.add({
    email: 'r@example.org',
    name: 'R',
    access: 'read',
  });
  const ofReader = await running.token({ userId: reader.id });
  for (const [secret, method, path, code] of [
    [readOnly.secret, 'POST', '/v1/employees', 'scope.method'],
    [limited.secret, 'POST', '/v1/shifts', 'scope.method'],
    [limited.secret, 'POST', '/v1/employees', 'scope.endpoint'],
    [ofReader.secret, 'POST', '/v1/employees', 'scope.method'],
  ] as const)
    expect(await problem(await send(gateway.address, method, path, secret, employee()))).toMatchObject({
      status: 403,
      code,
    });
  expect((await call(gateway.address, '/v1/shifts', limited.secret)).status).toBe(200);
});

test('201 for a row, which a restricted token sees only inside its restrictions and writes nowhere else', async () => {
  const restricted = await running.token({
    restrictions: { businessUnits: [], locations: [places.South as string], userGroups: [] },
  });
  const created = await send(gateway.address, 'POST', '/v1/employees', full, employee());
  expect(created.status).toBe(201);
  const { id } = (await created.json()) as { id: string };
  expect((await call(gateway.address, `/v1/employees/${id}`, full)).status).toBe(200);

  const hidden = await problem(await call(gateway.address, `/v1/employees/${id}`, restricted.secret));
  const unknown = await problem(
    await call(gateway.address, `/v1/employees/${crypto.randomUUID()}`, restricted.secret),
  );
  expect({ ...hidden, requestId: '' }).toEqual({ ...unknown, requestId: '' });
  expect(hidden).toMatchObject({ status: 404, code: 'resource.unknown' });
  expect(await running.logged(hidden.requestId)).toMatchObject({ reason: 'restriction.hidden' });
  const outside = await send(gateway.address, 'POST', '/v1/employees', restricted.secret, employee());
  expect(await problem(outside)).toMatchObject({ status: 403, code: 'restriction.write' });
});

test('400 names the field, 413 for too much, and both show the limits', async () => {
  const bad = await send(gateway.address, 'POST', '/v1/employees', full, employee({ email: 'x' }));
  expect(bad.headers.has('x-ratelimit-remaining')).toBe(true);
  expect(await problem(bad)).toMatchObject({
    status: 400,
    code: 'request.invalid',
    errors: [{ field: 'email' }],
  });
  const noJson = await send(gateway.address, 'POST', '/v1/employees', full, '{');
  expect(noJson.status).toBe(400);
  const large = await send(gateway.address, 'POST', '/v1/employees', full, `"${'x'.repeat(2 ** 20)}"`);
  expect(await problem(large)).toMatchObject({ status: 413, code: 'request.too_large' });
});

test('the body of a failed request is in the log without its secrets, that of a good one is not', async () => {
  const bad = await send(gateway.address, 'POST', '/v1/employees', full, {
    password: 'canary',
    name: 'Zoe',
    [full]: 1,
  });
  const { requestId } = await problem(bad);
  await running.logged(requestId);
  const detail = await running.admin.logs.get({ requestId });
  expect(detail.request.body?.text).toContain('Zoe');
  expect(JSON.stringify(detail)).not.toMatch(/canary|shf_[0-9A-Za-z]{20}/);
  const good = await send(gateway.address, 'POST', '/v1/employees', full, employee());
  await running.logged(good.headers.get('x-request-id'));
  expect(
    (await running.admin.logs.get({ requestId: good.headers.get('x-request-id') ?? '' })).request.body,
  ).toBeNull();
});

test('HEAD is answered as GET, without a body', async () => {
  const response = await call(gateway.address, '/v1/shifts', full, { method: 'HEAD' });
  expect(response.status).toBe(200);
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  expect(await response.text()).toBe('');
});

test('the description of the API needs no token', async () => {
  const response = await call(gateway.address, '/v1/openapi.json', null);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ openapi: '3.1.1' });
  expect((await call(gateway.address, '/v1/openapi.json', makeSecret())).status).toBe(401);
});

test('400 for two Authorization or Host headers, for none, and for what is not HTTP; each is logged', async () => {
  const head = `GET /v1/shifts HTTP/1.1\r\nConnection: close\r\n`;
  for (const bytes of [
    `${head}Host: a\r\nAuthorization: Bearer ${full}\r\nAuthorization: Bearer ${full}\r\n\r\n`,
    `${head}Host: a\r\nHost: b\r\nAuthorization: Bearer ${full}\r\n\r\n`,
    `${head}Authorization: Bearer ${full}\r\n\r\n`,
    'this is not HTTP\r\n\r\n',
    `POST /v1/shifts HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`,
    'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
  ]) {
    const text = await raw(bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"request.invalid"');
    const requestId = /x-request-id: (\S+)/i.exec(text)?.[1] ?? '';
    expect(await running.logged(requestId)).toMatchObject({
      status: 400,
      reason: 'request.invalid',
      tokenId: null,
    });
  }
});

test('two Content-Type headers or an unknown Expect are 400 in their turn: after token, limits, endpoint and scope', async () => {
  const { secret, token } = await running.token();
  const readOnly = await running.token({ scope: 'read-only' });
  const ask = async (line: string, odd: string, credential: string | null) => {
    const authorization = credential === null ? '' : `Authorization: Bearer ${credential}\r\n`;
    const text = await raw(`${line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${authorization}${odd}\r\n`);
    return { text, row: await running.logged(answersIn(text).requestIds[0] ?? '') };
  };
  let remaining = 10_000;
  for (const odd of ['Content-Type: a/b\r\nContent-Type: a/b\r\n', 'Expect: tea\r\n']) {
    expect((await ask('GET /v1/shifts', odd, null)).row.reason).toBe('token.missing');
    expect((await ask('POST /v1/shifts', odd, readOnly.secret)).row.reason).toBe('scope.method');
    expect((await ask('GET /v1/none', odd, full)).row.reason).toBe('endpoint.unknown');
    for (const line of ['GET /v1/shifts', 'POST /v1/shifts']) {
      const { text, row } = await ask(line, odd, secret);
      expect(row).toMatchObject({ status: 400, reason: 'request.invalid', tokenId: token.id });
      remaining--;
      expect(text).toContain(`X-RateLimit-Remaining: ${remaining}\r\n`);
    }
  }
});

test('a client whose Expect is not understood, and who may not send its body, gets a new connection', async () => {
  const text = await raw(
    `POST /v1/shifts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${full}\r\nExpect: tea\r\nContent-Length: 9\r\n\r\n`,
  );
  expect(text).toMatch(/^HTTP\/1\.1 400 [\s\S]*^Connection: close\r$/m);
});

test('a body that stops being HTTP on the way is 400 of its own request', async () => {
  const text = await raw(
    `POST /v1/employees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${full}\r\nContent-Type: application/json\r\n` +
      'Connection: close\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  );
  expect(text).toMatch(/^HTTP\/1\.1 400 /);
  expect(await running.logged(/x-request-id: (\S+)/i.exec(text)?.[1] ?? '')).toMatchObject({
    endpoint: 'POST /v1/employees',
  });
});

test('a client that leaves before its answer is logged with status 499', async () => {
  const { secret, token } = await running.token({ name: 'Leaver' });
  const { hostname, port } = new URL(gateway.address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /v1/employees HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${secret}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
  );
  await once(socket, 'data');
  socket.destroy();
  const deadline = Date.now() + 10_000;
  let statuses: number[] = [];
  while (statuses.length === 0 && Date.now() < deadline) {
    statuses = (await running.admin.logs.query({ filter: { query: `token:${token.id}` } })).items.map(
      (row) => row.status,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(statuses).toEqual([499]);
});

test('more than 100 failures of the credential a minute are 429, and valid credentials do not notice', async () => {
  const statuses = [];
  for (let i = 0; i < 102; i++) statuses.push((await call(gateway.address, '/v1/shifts', null)).status);
  expect(statuses.at(-1)).toBe(429);
  const response = await call(gateway.address, '/v1/shifts', makeSecret());
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await problem(response)).toMatchObject({ code: 'limit.unauthenticated' });
  // The document that needs no token is no way around it.
  expect((await call(gateway.address, '/v1/openapi.json', null)).status).toBe(429);
  expect((await call(gateway.address, '/v1/shifts', full)).status).toBe(200);
});
