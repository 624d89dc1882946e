import fs, { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { call, makeRunning, type Running, send } from '../../tests/support/running-gateway.ts';
import { systemClock } from '../base/clock.ts';
import { openSqlite } from '../db/open.ts';
import { placeOfFile } from '../db/place.ts';
import { startGateway } from './start.ts';

let running: Running;
afterEach(() => running.close());

test('a second gateway on the file is refused, and told the first’s process and address', async () => {
  running = await makeRunning();
  const gateway = await running.start();
  await expect(running.start()).rejects.toMatchObject({
    code: 'gateway.busy',
    data: { pid: process.pid, address: gateway.address },
  });
  await gateway.stop();
  await expect(running.start()).resolves.toMatchObject({ pid: process.pid });
});

test('an address that is taken is refused, and the file is free again', async () => {
  running = await makeRunning();
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await expect(running.start({ port })).rejects.toMatchObject({ code: 'gateway.port' });
  other.close();
  await running.start();
});

/** Makes a write to the row that says which process holds the file fail. */
function failProcessRow(write: 'UPDATE' | 'DELETE', detail: string): void {
  const file = openSqlite(running.file);
  file.exec(
    `CREATE TRIGGER fail_${write} BEFORE ${write} ON gateway_process BEGIN SELECT RAISE(ABORT, '${detail}'); END`,
  );
  file.close();
}

test('a start that fails at its last step says why, and leaves neither the port nor the file taken', async () => {
  running = await makeRunning();
  const first = await running.start();
  await first.stop();
  failProcessRow('UPDATE', 'no room to announce');
  failProcessRow('DELETE', 'no room to release');
  const failures: unknown[] = [];
  const started = running.start({
    port: Number(new URL(first.address).port),
    onFailure: (cause) => failures.push(cause),
  });
  await expect(started).rejects.toThrow('no room to announce');
  expect(failures).toMatchObject([{ message: 'no room to release' }]);
  await expect(fetch(first.address)).rejects.toThrow();
  const file = openSqlite(running.file);
  file.exec('DROP TRIGGER fail_UPDATE; DROP TRIGGER fail_DELETE');
  file.close();
  await expect(running.start()).resolves.toMatchObject({ pid: process.pid });
});

test('stopping goes on where a step of it fails, says so, and the file is free again', async () => {
  running = await makeRunning();
  const { secret } = await running.token();
  const gateway = await startGateway({ place: placeOfFile(running.file), host: '127.0.0.1', port: 0 });
  await call(gateway.address, '/v1/shifts', secret);
  const sync = vi.spyOn(fs, 'fdatasyncSync').mockImplementation(() => {
    throw new Error('EIO');
  });
  await expect(gateway.stop()).rejects.toThrow('EIO');
  sync.mockRestore();
  await expect(running.start()).resolves.toMatchObject({ pid: process.pid });
});

test('a missing file or key is refused, and nothing is made', async () => {
  running = await makeRunning();
  const start = (file: string) => startGateway({ place: placeOfFile(file), host: '127.0.0.1', port: 0 });
  await expect(start(`${running.file}-none`)).rejects.toMatchObject({ code: 'file.invalid' });
  const key = readFileSync(`${running.file}.key`);
  renameSync(`${running.file}.key`, `${running.file}.gone`);
  await expect(running.start()).rejects.toMatchObject({ code: 'key.missing' });
  writeFileSync(`${running.file}.key`, key, { mode: 0o600 });
});

test('the counters of the limits stand where they stood after a restart', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 100, burst: { requests: 5, seconds: 3_600 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const first = await running.start();
  for (let i = 0; i < 4; i++) await call(first.address, '/v1/shifts', secret);
  await first.stop();
  const second = await running.start();
  const response = await call(second.address, '/v1/shifts', secret);
  expect(response.headers.get('x-ratelimit-remaining')).toBe('95');
  expect((await call(second.address, '/v1/shifts', secret)).status).toBe(429);
});

test('stopping answers what is in flight, and its rows are in the log', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const gateway = await running.start();
  const asked = Array.from({ length: 30 }, () =>
    send(gateway.address, 'POST', '/v1/reports', secret, { kind: 'nonsense' }),
  );
  await call(gateway.address, '/v1/shifts', secret);
  const stopped = gateway.stop();
  const answered = (await Promise.allSettled(asked)).flatMap((one) =>
    one.status === 'fulfilled' ? [one.value.headers.get('x-request-id')] : [],
  );
  await stopped;
  const { items } = await running.admin.logs.query({ filter: { query: `token:${token.id}` }, limit: 1_000 });
  const logged = new Set(items.map((row) => row.requestId));
  expect(answered.length).toBeGreaterThan(0);
  for (const requestId of answered) expect(logged).toContain(requestId);
});

test('not one request is let in after the revocation has returned, while eight clients hammer', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const wide = { requestsPerHour: 1_000_000, burst: { requests: 1_000_000, seconds: 1 } };
  await running.admin.limits.set({ target: { kind: 'default' }, limit: wide });
  const gateway = await running.start();
  let revokedAt = Number.POSITIVE_INFINITY;
  let done = false;
  const sent: { at: number; status: number }[] = [];
  const hammer = async () => {
    while (!done) {
      const at = performance.now();
      const response = await call(gateway.address, '/v1/shifts', secret);
      await response.arrayBuffer();
      sent.push({ at, status: response.status });
    }
  };
  const clients = Array.from({ length: 8 }, hammer);
  while (sent.length < 200) await new Promise((resolve) => setImmediate(resolve));
  await running.admin.tokens.revoke({ id: token.id });
  revokedAt = performance.now();
  const until = sent.length + 200;
  while (sent.length < until) await new Promise((resolve) => setImmediate(resolve));
  done = true;
  await Promise.all(clients);
  const after = sent.filter((one) => one.at > revokedAt);
  expect(after.length).toBeGreaterThan(100);
  expect(new Set(after.map((one) => one.status))).not.toContain(200);
});

test('a writing request whose token is revoked while its body is on the way has no effect', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const gateway = await running.start();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const asked = fetch(`${gateway.address}/v1/notifications`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: readable,
    duplex: 'half',
  } as RequestInit);
  await writer.write(new TextEncoder().encode('{'));
  // Another token's answer shows that the head of the first request has been judged.
  const other = await running.token();
  expect((await call(gateway.address, '/v1/shifts', other.secret)).status).toBe(200);
  await running.admin.tokens.revoke({ id: token.id });
  await writer.write(new TextEncoder().encode('}'));
  await writer.close();
  expect((await asked).status).toBe(401);
});

test('a policy that could not be confirmed for too long lets nobody in', async () => {
  running = await makeRunning();
  const { secret } = await running.token();
  let ahead = 0;
  const clock = { now: systemClock.now, monotonic: () => systemClock.monotonic() + ahead };
  const failures: unknown[] = [];
  const gateway = await running.start({
    clock,
    maxPolicyAge: 5_000,
    onFailure: (cause) => failures.push(cause),
  });
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
  // The rows of the policy cannot be read any more, and something has changed.
  const file = openSqlite(running.file);
  file.exec(`ALTER TABLE policy_change RENAME TO away; UPDATE setting SET value = value`);
  try {
    expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
    ahead = 6_000;
    const stale = await call(gateway.address, '/v1/shifts', secret);
    expect(stale.status).toBe(503);
    expect(stale.headers.get('retry-after')).toBe('1');
    expect(await stale.json()).toMatchObject({ code: 'policy.stale' });
    expect(failures.length).toBeGreaterThan(0);
  } finally {
    file.exec('ALTER TABLE away RENAME TO policy_change');
    file.close();
  }
  expect((await call(gateway.address, '/v1/shifts', secret)).status).toBe(200);
});
