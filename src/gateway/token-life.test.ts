import { Agent, request as httpRequest } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { call, makeRunning, type Running, send } from '../../tests/support/running-gateway.ts';
import { HOUR, systemClock } from '../base/clock.ts';

let running: Running;
afterEach(() => running.close());

const status = async (address: string, secret: string) => (await call(address, '/v1/shifts', secret)).status;

/** Asks until `wanted` holds of what is there: the writer is at most a few seconds behind. */
async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const value = await read();
    if (wanted(value)) return value;
    if (Date.now() > deadline) throw new Error(`it stayed ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('after a rotation both secrets work until the overlap is over, and the log says which was used', async () => {
  running = await makeRunning();
  let later = 0;
  const { address } = await running.start({ clock: { ...systemClock, now: () => Date.now() + later } });
  const { token, secret: old } = await running.token();
  const { secret: fresh, token: rotated } = await running.admin.tokens.rotate({
    id: token.id,
    overlap: '1h',
  });
  const [newer, older] = rotated.secrets;
  for (const [secret, row] of [
    [old, older],
    [fresh, newer],
  ] as const) {
    const answer = await call(address, '/v1/shifts', secret);
    expect(answer.status).toBe(200);
    const { requestId } = await running.logged(answer.headers.get('x-request-id'));
    expect(await running.admin.logs.get({ requestId })).toMatchObject({
      tokenId: token.id,
      secretId: row?.id,
      secretPrefix: secret.slice(0, 10),
    });
  }
  later = HOUR;
  const refused = await call(address, '/v1/shifts', old);
  expect(await refused.json()).toMatchObject({ code: 'token.expired' });
  expect(await status(address, fresh)).toBe(200);
});

test('without an overlap, and from the moment it is ended, the old secret lets nobody in', async () => {
  running = await makeRunning();
  const { address } = await running.start();
  const { token, secret: first } = await running.token();
  expect(await status(address, first)).toBe(200);
  const { secret: second } = await running.admin.tokens.rotate({ id: token.id, overlap: 'none' });
  expect([await status(address, first), await status(address, second)]).toEqual([401, 200]);
  const { secret: third } = await running.admin.tokens.rotate({ id: token.id, overlap: '7d' });
  expect([await status(address, second), await status(address, third)]).toEqual([200, 200]);
  await running.admin.tokens.endOverlap({ id: token.id });
  expect([await status(address, second), await status(address, third)]).toEqual([401, 200]);
});

test('a changed scope, restriction and expiry decide the next request', async () => {
  running = await makeRunning();
  let later = 0;
  const { address } = await running.start({ clock: { ...systemClock, now: () => Date.now() + later } });
  const { admin } = running;
  const { token, secret } = await running.token();
  const { id } = token;
  const reports = [{ kind: 'tag' as const, target: 'reports', access: 'read' as const }];
  await admin.tokens.update({ id, scope: 'limited', endpoints: reports });
  expect(await status(address, secret)).toBe(403);
  await admin.tokens.update({ id, scope: 'read-only' });
  expect(await status(address, secret)).toBe(200);
  expect((await send(address, 'POST', '/v1/shifts', secret, {})).status).toBe(403);
  const place = await admin.directory.places.add({ kind: 'location', name: 'North' });
  await admin.directory.places.add({ kind: 'location', name: 'South' });
  const locations = async () => {
    const { items } = (await (await call(address, '/v1/locations', secret)).json()) as { items: unknown[] };
    return items.length;
  };
  expect(await locations()).toBe(2);
  await admin.tokens.update({
    id,
    restrictions: { businessUnits: [], locations: [place.id], userGroups: [] },
  });
  expect(await locations()).toBe(1);
  later = HOUR;
  await admin.tokens.update({ id, expiresAt: new Date(Date.now() + HOUR) });
  expect(await status(address, secret)).toBe(401);
  await admin.tokens.update({ id, expiresAt: new Date(Date.now() + 2 * HOUR) });
  expect(await status(address, secret)).toBe(200);
});

test('last used has the time and address of the last request let in, and no denied one moves it', async () => {
  running = await makeRunning();
  const { address } = await running.start();
  const { token, secret } = await running.token();
  const { id } = token;
  const { admin } = running;
  const use = async () => {
    const { lastUsedAt, lastAddress, secrets } = await admin.tokens.get({ id });
    return { lastUsedAt, lastAddress, requests: secrets.map((one) => one.requests) };
  };
  const letIn = await call(address, '/v1/shifts', secret);
  const { time } = await running.logged(letIn.headers.get('x-request-id'));
  const used = await until(use, ({ lastUsedAt }) => lastUsedAt !== null);
  expect(used).toEqual({ lastUsedAt: time, lastAddress: '127.0.0.1', requests: [1] });

  const limit = { requestsPerHour: 100, burst: { requests: 3, seconds: 3_600 } };
  const denials: (readonly [number, () => Promise<unknown>, () => Promise<unknown>])[] = [
    [
      401,
      () => admin.tokens.setActive({ id, active: false }),
      () => admin.tokens.setActive({ id, active: true }),
    ],
    [
      401,
      () => admin.directory.users.setActive({ id: running.user.id, active: false }),
      () => admin.directory.users.setActive({ id: running.user.id, active: true }),
    ],
    [
      403,
      () => admin.ipRules.add({ range: '192.0.2.0/24', tokenIds: [id] }),
      async () => {
        for (const rule of await admin.ipRules.list()) await admin.ipRules.remove({ id: rule.id });
      },
    ],
    [
      403,
      () =>
        admin.tokens.update({
          id,
          scope: 'limited',
          endpoints: [{ kind: 'tag', target: 'reports', access: 'read' }],
        }),
      () => admin.tokens.update({ id, scope: 'full' }),
    ],
    // Two of the three requests were admitted: the first, and the one that its scope refused.
    [
      429,
      async () => {
        await admin.limits.set({
          target: { kind: 'token', tokenId: id },
          limit: { ...limit, burst: { requests: 2, seconds: 3_600 } },
        });
      },
      () => admin.limits.clear({ target: { kind: 'token', tokenId: id } }),
    ],
    [401, () => admin.tokens.revoke({ id }), async () => undefined],
  ];
  for (const [code, deny, allow] of denials) {
    await deny();
    const answer = await call(address, '/v1/shifts', secret);
    expect(answer.status).toBe(code);
    await running.logged(answer.headers.get('x-request-id'));
    await allow();
  }
  // Another token's use, made after all of them, has arrived: so would theirs have.
  const other = await running.token({ name: 'Other' });
  await call(address, '/v1/shifts', other.secret);
  await until(
    () => admin.tokens.get({ id: other.token.id }),
    ({ lastUsedAt }) => lastUsedAt !== null,
  );
  expect(await use()).toEqual(used);
});

test('a running gateway takes a new key at once: old secrets work on, new ones work, each moves when it is used', async () => {
  running = await makeRunning();
  const { admin } = running;
  const { address } = await running.start();
  const [used, idle] = [await running.token(), await running.token({ name: 'Idle' })];
  // One connection for all: its head was read, and hashed, before the key was replaced.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const asked = (secret: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { authorization: `Bearer ${secret}` };
      httpRequest(`${address}/v1/shifts`, { agent, headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      })
        .on('error', reject)
        .end();
    });
  expect(await asked(used.secret)).toBe(200);
  const [old] = (await admin.tokens.keys.show()).keys;
  const [current] = (await admin.tokens.keys.replace()).keys;
  expect(current).toMatchObject({ current: true, live: 0 });
  const fresh = await running.token({ name: 'Fresh' });
  expect(await asked(fresh.secret)).toBe(200);
  expect(await asked(used.secret)).toBe(200);
  const shown = await until(
    () => admin.tokens.keys.show(),
    ({ keys }) => keys[0]?.live === 2,
  );
  expect(shown.keys).toMatchObject([
    { id: current?.id, live: 2 },
    { id: old?.id, live: 1, current: false },
  ]);
  expect((await admin.tokens.get({ id: used.token.id })).secrets[0]?.keyId).toBe(current?.id);
  expect(await asked(used.secret)).toBe(200);

  const id = old?.id ?? '';
  await expect(admin.tokens.keys.retire({ id })).rejects.toMatchObject({ data: { code: 'key.in_use' } });
  expect(await asked(idle.secret)).toBe(200);
  await until(
    () => admin.tokens.keys.show(),
    ({ keys }) => keys[1]?.live === 0,
  );
  await admin.tokens.keys.retire({ id });
  expect(await Promise.all([used, idle, fresh].map(({ secret }) => asked(secret)))).toEqual([200, 200, 200]);
  agent.destroy();
});

test('a key retired by force leaves the secrets that hung on it dead, and rotation gives their tokens new ones', async () => {
  running = await makeRunning();
  const { admin } = running;
  const { address } = await running.start();
  const { token, secret } = await running.token();
  const [old] = (await admin.tokens.keys.show()).keys;
  await admin.tokens.keys.replace();
  await admin.tokens.keys.retire({ id: old?.id ?? '', force: true });
  expect(await status(address, secret)).toBe(401);
  const rotated = await admin.tokens.rotate({ id: token.id });
  expect(rotated.oldValidUntil).toBeNull();
  expect(await status(address, rotated.secret)).toBe(200);
});
