import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handClock, refusal } from '../../tests/support/instance.ts';
import type { contract } from '../contract.ts';
import { placeOfFile } from '../db/place.ts';
import { type Host, openHost } from '../host.ts';
import { type AdminServer, startAdminServer } from './server.ts';

const clock = handClock();
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-admin-'));
let host: Host;
let door: AdminServer;

beforeAll(async () => {
  host = await openHost({
    place: placeOfFile(join(folder, 'instance.db')),
    actor: 'os:tester',
    gateway: 'here',
  });
  door = await startAdminServer(host, { port: 0 }, clock);
});
afterAll(async () => {
  await door.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const linkCode = async () => new URL((await door.newSignInLink()) ?? '').hash.replace('#sign-in=', '');
const exchange = (body: string) =>
  fetch(`${door.address}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
async function signIn(): Promise<string> {
  const answer = await exchange(JSON.stringify({ code: await linkCode() }));
  return ((await answer.json()) as { credential: string }).credential;
}
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const post = (path: string, credential: string, body = '{}') =>
  fetch(door.address + path, {
    method: 'POST',
    headers: { ...bearer(credential), 'content-type': 'application/json' },
    body,
  });
async function signedIn(): Promise<ContractRouterClient<typeof contract>> {
  const headers = bearer(await signIn());
  return createORPCClient(new RPCLink({ url: `${door.address}/rpc`, headers }));
}

/** A request whose Host no HTTP client would send; resolves with the answer's head and body. */
async function raw(request: string): Promise<string> {
  const socket = connect(Number(new URL(door.address).port), '127.0.0.1');
  socket.end(request);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString();
  });
  await once(socket, 'close');
  return answer;
}

describe('signing in', () => {
  test('a link opens one session; used again, it is refused and says why', async () => {
    const code = await linkCode();
    const first = await exchange(JSON.stringify({ code }));
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(await first.json()).toEqual({
      credential: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: new Date(clock.now() + 12 * 3_600_000).toISOString(),
    });
    const second = await exchange(JSON.stringify({ code }));
    expect(second.status).toBe(401);
    expect(second.headers.get('content-type')).toContain('application/problem+json');
    expect(await second.json()).toMatchObject({
      code: 'sign_in.refused',
      title: expect.stringContaining('used already'),
    });
  });

  test('a used link is in the audit log, without the credential that it gave', async () => {
    const ask = await signedIn();
    const [entry] = (await ask.audit.list({ filter: { action: 'sign_in.link' }, limit: 1 })).items;
    expect(entry).toMatchObject({
      actor: 'os:tester',
      before: null,
      after: { address: '127.0.0.1', expiresAt: expect.any(String), userAgent: expect.any(String) },
    });
    expect(JSON.stringify(entry)).not.toMatch(/[\w-]{43}/);
  });

  test.each(['DELETE /session', 'POST /rpc/session/signOut'])(
    'the end of a link’s session is in the audit log once, by %s',
    async (call) => {
      const [method = '', path] = call.split(' ');
      const credential = await signIn();
      const end = () => fetch(door.address + path, { method, headers: bearer(credential) });
      expect((await end()).ok).toBe(true);
      await end();
      const { items } = await host.client.audit.list({ limit: 2 });
      expect(items).toMatchObject([
        { actor: 'os:tester', action: 'session.sign_out', after: { ended: 'signed-out' } },
        { action: 'sign_in.link' },
      ]);
    },
  );

  test('no caller can write an entry: what doors record is no call of the API', async () => {
    const credential = await signIn();
    for (const path of ['/rpc/door/note', '/api/door/note'])
      expect((await post(path, credential)).status).toBe(404);
  });

  test('a link older than ten minutes is refused', async () => {
    const code = await linkCode();
    clock.move(10 * 60_000);
    expect((await exchange(JSON.stringify({ code }))).status).toBe(401);
  });

  test.each(['', '{', '{}', '{"code":5}', '{"code":"x","more":1}', `{"code":"${'x'.repeat(300)}"}`])(
    'the body %j is a 400',
    async (body) => {
      const answer = await exchange(body);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'request.invalid' });
    },
  );

  test('after twenty wrong codes in a minute even a right one waits, and works after the wait', async () => {
    clock.move(60_000);
    for (let wrong = 0; wrong < 20; wrong++) expect((await exchange('{"code":"wrong"}')).status).toBe(401);
    const code = await linkCode();
    const refused = await exchange(JSON.stringify({ code }));
    expect(refused.status).toBe(429);
    clock.move(Number(refused.headers.get('retry-after')) * 1_000);
    expect((await exchange(JSON.stringify({ code }))).status).toBe(200);
  });

  test('a session ends when it is signed out of, and after twelve hours', async () => {
    const [left, old] = [await signIn(), await signIn()];
    expect((await post('/api/tokens/list', left)).status).toBe(200);
    await fetch(`${door.address}/session`, { method: 'DELETE', headers: bearer(left) });
    expect((await post('/api/tokens/list', left)).status).toBe(401);
    expect((await post('/api/tokens/list', old)).status).toBe(200);
    clock.move(12 * 3_600_000);
    expect((await post('/api/tokens/list', old)).status).toBe(401);
  });
});

describe('who may call', () => {
  test.each(['/rpc/tokens/list', '/api/tokens/list', '/rpc/nothing'])(
    '%s without a session is 401, whatever else is sent',
    async (path) => {
      for (const headers of [
        {},
        bearer('x'.repeat(43)),
        { authorization: 'Basic eDp5' },
        { cookie: 'a=b' },
      ]) {
        const answer = await fetch(door.address + path, { method: 'POST', headers });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
        expect(await answer.json()).toMatchObject({ code: 'session.unknown' });
      }
    },
  );

  test.each([
    'evil.example',
    'evil.example:{port}',
    '127.0.0.1',
    'localhost:1',
    '127.0.0.1.evil.example:{port}',
  ])('the Host %s is not answered', async (name) => {
    const host = name.replace('{port}', new URL(door.address).port);
    expect(await raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 421 /,
    );
  });

  test.each(['localhost', '[::1]', 'LOCALHOST'])('the Host %s is ours', async (name) => {
    const host = `${name}:${new URL(door.address).port}`;
    expect(await raw(`GET /openapi.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  test('a page of another origin is refused, and no answer carries a CORS header', async () => {
    const credential = await signIn();
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
      const answer = await fetch(`${door.address}/rpc/tokens/list`, {
        method: 'POST',
        headers: { ...bearer(credential), origin },
      });
      expect(answer.status).toBe(403);
    }
    const own = await fetch(`${door.address}/api/tokens/list`, {
      method: 'POST',
      headers: { ...bearer(credential), origin: door.address, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(own.status).toBe(200);
    for (const name of own.headers.keys()) expect(name).not.toMatch(/^access-control-/);
  });

  test('every answer forbids framing, foreign scripts and guessing of types', async () => {
    for (const path of ['/', '/openapi.json', '/nothing', '/rpc/tokens/list']) {
      const { headers } = await fetch(door.address + path);
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('the admin API', () => {
  test('the console asks every part of it, dates and all', async () => {
    const ask = await signedIn();
    const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada', access: 'write' });
    expect(user.createdAt).toBeInstanceOf(Date);
    expect(await ask.gateway.status()).toMatchObject({ state: 'stopped' });
    expect((await ask.instance.info()).actor).toBe('os:tester');
  });

  test('a refusal arrives typed, and a bad input names its field', async () => {
    const ask = await signedIn();
    const id = '01a210cf-7684-71d6-a79e-6080cb22873f';
    expect(await refusal(ask.tokens.revoke({ id }))).toEqual({
      code: 'id.unknown',
      data: { kind: 'token', id },
    });
    await expect(ask.tokens.revoke({ id: 'nothing' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { issues: [{ path: ['id'] }] },
    });
  });

  test('what takes long streams', async () => {
    const ask = await signedIn();
    const pieces: string[] = [];
    for await (const piece of await ask.logs.download({ filter: {}, format: 'csv' }))
      pieces.push('text' in piece ? piece.text : piece.manifest.sha256);
    expect(pieces.join('')).toContain('requestId');
    expect(pieces.at(-1)).toMatch(/^[0-9a-f]{64}$/);
  });

  test('plain JSON works as the document says, with dates as text', async () => {
    const document = (await (await fetch(`${door.address}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, { post?: { operationId: string } }>;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(document.paths['/tokens/create']?.post?.operationId).toBe('tokens.create');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/gateway/start', '/demo/traffic']));

    const credential = await signIn();
    const from = '2026-11-24T00:00:00.000Z';
    const answer = await post(
      '/api/usage/summary',
      credential,
      JSON.stringify({ from, to: '2026-11-24T01:00:00Z' }),
    );
    expect(await answer.json()).toMatchObject({ from, total: 0 });
    expect((await post('/api/usage/summary', credential, '{"from":"soon"}')).status).toBe(400);
    expect((await post('/api/nothing', credential)).status).toBe(404);
  });
});

test('a port that is taken is refused by name', async () => {
  const { port } = new URL(door.address);
  await expect(startAdminServer(host, { port: Number(port) }, clock)).rejects.toMatchObject({
    code: 'gateway.port',
    data: { address: `127.0.0.1:${port}` },
  });
});
