import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../tests/support/certificate.ts';
import { handClock, testFolder } from '../../tests/support/instance.ts';
import type { Role } from '../base/roles.ts';
import { openSqlite } from '../db/open.ts';
import { placeOfFile } from '../db/place.ts';
import { openHost } from '../host.ts';
import type { Place } from './place.ts';
import { startAdminServer } from './server.ts';
import { readTls } from './tls.ts';

const PASSWORD = 'correct horse battery';

/** The admin door of a new instance, with accounts where roles are given. */
async function openDoor(roles: Role[] = [], place: Partial<Place> = {}) {
  const file = join(testFolder(), 'instance.db');
  const host = await openHost({ place: placeOfFile(file), actor: 'os:tester', gateway: 'here' });
  const door = await startAdminServer(host, { port: 0, ...place }, handClock());
  onTestFinished(async () => {
    await door.close();
    await host.close();
  });
  for (const role of roles) await host.client.admins.add({ name: role, role, password: PASSWORD });
  const post = (path: string, body: object = {}, credential?: string, headers = {}) =>
    fetch(door.address + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(credential && { authorization: `Bearer ${credential}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const signIn = async (user: string, password = PASSWORD) =>
    (await (await post('/api/session/signIn', { user, password })).json()) as {
      access: string;
      refresh: string;
    };
  return { file, host, door, post, signIn };
}

/** The head of the answer to a request whose Host no client would send. */
async function statusFor(address: string, host: string): Promise<string> {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.end(`GET /openapi.json HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString();
  });
  await once(socket, 'close');
  return answer.slice(9, 12);
}

describe('sign-in over HTTP', () => {
  test('gives a credential with which calls are made as that admin', async () => {
    const { post, signIn } = await openDoor(['admin']);
    const { access, refresh } = await signIn('admin');
    const info = await (await post('/api/instance/info', {}, access)).json();
    expect(info).toMatchObject({ actor: 'admin:admin', role: 'admin' });
    const user = await post('/api/directory/users/add', { email: 'a@example.org', name: 'A' }, access);
    const { id: userId } = (await user.json()) as { id: string };
    const created = await post('/api/tokens/create', { name: 'T', userId, scope: 'full' }, access);
    expect(await created.json()).toMatchObject({ token: { createdBy: 'admin:admin' } });
    const again = await post('/api/session/refresh', { refresh });
    expect(again.headers.get('cache-control')).toBe('no-store');
    expect(again.headers.has('set-cookie')).toBe(false);
    const renewed = (await again.json()) as { access: string };
    await post('/api/session/signOut', {}, renewed.access);
    for (const credential of [access, renewed.access, refresh])
      expect((await post('/api/instance/info', {}, credential)).status).toBe(401);
  });

  test('a wrong password and an unknown account get the same 401, then the same 429 with the wait', async () => {
    const { post } = await openDoor(['owner']);
    const tries = async (user: string) => {
      const answers = [];
      for (let n = 0; n < 12; n++) {
        const answer = await post('/api/session/signIn', { user, password: 'wrong' });
        answers.push([answer.status, await answer.text(), answer.headers.has('retry-after')]);
      }
      return answers.map((answer) => JSON.stringify(answer).replace(/\d+ s\.|retryAfter\W+\d+/g, ''));
    };
    const [known, unknown] = [await tries('owner'), await tries('nobody')];
    expect(known).toEqual(unknown);
    expect(known.map((answer) => answer.slice(1, 4))).toEqual([...Array(10).fill('401'), '429', '429']);
    const waiting = await post('/api/session/signIn', { user: 'owner', password: PASSWORD });
    expect(Number(waiting.headers.get('retry-after'))).toBeGreaterThan(60);
  });

  test('behind a trusted proxy each client’s network is counted for itself', async () => {
    const { post } = await openDoor(['owner'], { trustProxy: ['127.0.0.1'] });
    const from = (address: string, n: number) =>
      post('/api/session/signIn', { user: `u${n}`, password: 'x' }, undefined, {
        'x-forwarded-for': address,
      });
    for (let n = 0; n < 50; n++) expect((await from('192.0.2.1', n)).status).toBe(401);
    expect((await from('192.0.2.1', 50)).status).toBe(429);
    expect((await from('192.0.2.2', 51)).status).toBe(401);
  });

  test('an auditor reads, and is refused what changes anything, whatever is sent along', async () => {
    const { post, signIn } = await openDoor(['owner', 'auditor']);
    const { access } = await signIn('auditor');
    expect((await post('/api/tokens/list', {}, access)).status).toBe(200);
    for (const path of [
      '/api/tokens/create',
      '/api/gateway/start',
      '/api/admins/add',
      '/rpc/tokens/create',
    ]) {
      const refused = await post(path, {}, access, { 'x-asking': '{"role":"owner"}' });
      expect([path, refused.status]).toEqual([path, 403]);
      expect(await refused.text()).toContain('role.denied');
    }
  });

  test('the owner gives the password again for roles and keys, not for switching off', async () => {
    const { file, post, signIn, host } = await openDoor(['owner', 'admin']);
    const { access } = await signIn('owner');
    const db = openSqlite(file);
    db.exec('UPDATE admin_session SET stepped_up_at = 0');
    db.close();
    const [{ id } = { id: '' }] = await host.client.admins.list();
    const role = () => post('/api/admins/setRole', { id, role: 'auditor' }, access);
    expect((await post('/api/admins/disable', { id }, access)).status).toBe(200);
    const refused = await role();
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('step_up.needed')]);
    expect((await post('/api/session/stepUp', { password: 'wrong' }, access)).status).toBe(403);
    expect((await post('/api/session/stepUp', { password: PASSWORD }, access)).status).toBe(200);
    expect((await role()).status).toBe(200);
  });

  test('is documented, without a credential where none is needed', async () => {
    const { door } = await openDoor();
    const document = (await (await fetch(`${door.address}/openapi.json`)).json()) as {
      paths: Record<string, { post: { security?: unknown; responses: object } }>;
      components: { securitySchemes: object };
    };
    expect(document.components.securitySchemes).toMatchObject({
      session: { type: 'http', scheme: 'bearer' },
    });
    expect(document.paths['/session/signIn']?.post).toMatchObject({ security: [] });
    expect(Object.keys(document.paths['/session/signIn']?.post.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '401', '429']),
    );
    expect(document.paths['/session/signOut']?.post.security).toBeUndefined();
    expect(Object.keys(document.paths['/admins/add']?.post.responses ?? {})).toContain('403');
    // What only a door asks is nobody else's to call.
    expect(Object.keys(document.paths).filter((path) => /authenticate|hasAccounts/.test(path))).toEqual([]);
    expect((await fetch(`${door.address}/api/door/authenticate`, { method: 'POST' })).status).toBe(401);
  });
});

describe('the one-time link', () => {
  test('is there until there is an account; one printed before is worth nothing then', async () => {
    const { door, host, post } = await openDoor();
    const offers = async () => (await post('/api/session/offers')).json();
    expect(await offers()).toEqual({ password: false, link: true });
    const code = new URL((await door.newSignInLink()) ?? '').hash.replace('#sign-in=', '');
    await host.client.admins.add({ name: 'ada', role: 'owner', password: PASSWORD });
    expect(await offers()).toEqual({ password: true, link: false });
    expect(await door.newSignInLink()).toBeNull();
    const refused = await post('/session', { code });
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'sign_in.password' }),
    ]);
  });

  test('is not given where others reach the door', async () => {
    const { door, post } = await openDoor([], { host: '0.0.0.0' });
    expect(await door.newSignInLink()).toBeNull();
    expect(await (await post('/api/session/offers')).json()).toEqual({ password: false, link: false });
  });
});

describe('where it listens', () => {
  test('it answers for its public names, with its own port or none, and for no other', async () => {
    const { door, post } = await openDoor([], { names: ['Gatehouse.example', 'other.example:8443'] });
    const { port } = new URL(door.address);
    for (const [host, status] of [
      ['gatehouse.example', '200'],
      [`GATEHOUSE.example:${port}`, '200'],
      ['other.example:8443', '200'],
      ['other.example', '421'],
      ['gatehouse.example:1', '421'],
      ['gatehouse.example.evil', '421'],
      [`localhost:${port}`, '200'],
    ] as const)
      expect([host, await statusFor(door.address, host)]).toEqual([host, status]);
    const foreign = await post('/api/session/offers', {}, undefined, { origin: 'https://gatehouse.example' });
    expect(foreign.status).toBe(403);
  });

  test('with a certificate it speaks TLS only, and a key of another one is refused', async () => {
    const folder = testFolder();
    const { cert, key } = makeCertificate(folder, 'gatehouse.example');
    const { door } = await openDoor([], { tls: readTls(cert, key), names: ['gatehouse.example'] });
    expect(door.address).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const asked = request(`${door.address}/openapi.json`, {
      ca: readFileSync(cert),
      servername: 'gatehouse.example',
      headers: { host: 'gatehouse.example' },
    }).end();
    const [answer] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    answer.resume();
    expect(answer.statusCode).toBe(200);
    await expect(fetch(door.address.replace('https', 'http'))).rejects.toThrow('fetch failed');
    const other = makeCertificate(folder, 'other.example');
    expect(() => readTls(cert, other.key)).toThrow('the key is not of this certificate');
    expect(() => readTls(join(folder, 'none'), key)).toThrow('cannot be used');
  });
});
