import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeShiftsFile, type ShiftsFile } from '../../tests/support/shifts-file.ts';
import { DAY, HOUR, systemClock } from '../base/clock.ts';
import { Fault } from '../base/faults.ts';
import { type FileLock, takeFileLock } from '../db/file-lock.ts';
import { placeOfFile } from '../db/place.ts';
import { readNow } from '../db/reads.ts';
import { localOwner } from '../features/answer-faults.ts';
import { createAuditLog } from '../features/audit/audit-log.ts';
import { createKeyRing, type InstanceKeys, keepKeys } from '../features/tokens/key-ring.ts';
import { readPolicyTokens } from '../features/tokens/policy-rows.ts';
import { isWellFormed } from '../features/tokens/secret.ts';
import { createDemo } from './create.ts';
import { makeOrganisation } from './organisation.ts';
import { createDemoService } from './service.ts';

const NOW = Date.parse('2026-11-24T12:34:56Z');
const clock = { ...systemClock, now: () => NOW };

let held: ShiftsFile;
let keys: InstanceKeys;
/** What a test took, let go of after it. */
let taken: { lock: FileLock | null; server: Server | null };

beforeEach(async () => {
  held = await makeShiftsFile();
  createKeyRing(placeOfFile(held.path));
  keys = keepKeys(placeOfFile(held.path));
  taken = { lock: null, server: null };
});
afterEach(async () => {
  taken.lock?.release();
  taken.server?.close();
  await held.remove();
});

const deps = () => {
  const opened = { db: held.db, place: placeOfFile(held.path), keys, clock };
  return { ...opened, audit: createAuditLog({ ...opened, head: placeOfFile(held.path).auditHead }), seed: 7 };
};
const client = () => createRouterClient(createDemoService(deps()), { context: localOwner('os:test') });
const count = (table: string): number =>
  held.file.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

/** A listener in the gateway's place that keeps what it was sent. */
async function listen(answer: (request: IncomingMessage) => number = () => 200) {
  const received: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    received.push(request);
    request.resume();
    request.on('end', () => response.writeHead(answer(request)).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  taken.server = server;
  taken.lock = takeFileLock(held.path);
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await held.db
    .insertInto('gateway_process')
    .values({ id: 1, pid: process.pid, address, started_at: NOW })
    .execute();
  return received;
}

test('the organisation is the same for the same seed and instant', () => {
  const [one, two, other] = [1, 1, 2].map((seed) => JSON.stringify(makeOrganisation(seed, NOW, 'os:test')));
  expect(one).toBe(two);
  expect(one).not.toBe(other);
});

test('an empty instance is offered the demo, and takes it once', async () => {
  const demo = client();
  expect(await demo.offered()).toBe(true);
  const made = await demo.create();
  expect(made).toEqual({ tokens: 6, employees: 120, shifts: count('shift') });
  expect(await demo.offered()).toBe(false);
  await expect(demo.create()).rejects.toMatchObject({ data: { code: 'demo.not_empty' } });
  expect(count('employee')).toBe(120);
});

test('an instance with anything of its own in it keeps it and gets no demo', async () => {
  await held.db.insertInto('location').values({ id: '1', name: 'Delft' }).execute();
  expect(await client().offered()).toBe(false);
  await expect(createDemo(deps(), 'os:test')).rejects.toThrow(Fault);
  expect(count('user')).toBe(0);
});

test('it has people, places, four weeks of shifts, and attendance for what is past', async () => {
  await createDemo(deps(), 'os:test');
  expect(['business_unit', 'location', 'user_group', 'user', 'employee'].map(count)).toEqual([
    3, 8, 6, 5, 120,
  ]);
  expect(count('shift')).toBeGreaterThan(2_000);
  const span = held.file.prepare('SELECT min(start_at) AS first, max(end_at) AS last FROM shift').get() as {
    first: number;
    last: number;
  };
  expect(NOW - span.first).toBeGreaterThan(20 * DAY);
  expect(span.last - NOW).toBeGreaterThan(6 * DAY);
  const late = 'SELECT count(*) FROM attendance WHERE clock_out_at > ? OR clock_in_at > ?';
  expect(held.file.prepare(late).pluck().get(NOW, NOW)).toBe(0);
  expect(count('attendance')).toBeGreaterThan(1_400);
  expect(held.file.pragma('foreign_key_check')).toEqual([]);
});

test('its tokens are of all kinds, and each secret is one token’s', async () => {
  const { tokens } = await createDemo(deps(), 'os:test');
  const policy = readNow(held.file, readPolicyTokens());
  for (const { id, secret } of tokens) {
    expect(isWellFormed(secret)).toBe(true);
    const row = policy.find((token) => token.id === id);
    expect(row?.secrets.map((one) => one.hash.toString('hex'))).toEqual([
      keys.ring.current.hash(secret).toString('hex'),
    ]);
  }
  expect(new Set(policy.map((token) => token.scope))).toEqual(new Set(['read-only', 'full', 'limited']));
  expect(policy.filter((token) => token.revokedAt !== null)).toHaveLength(1);
  expect(policy.filter((token) => token.restrictions.locations.length > 0)).toHaveLength(1);
  expect(policy.some((t) => t.expiresAt !== null && t.expiresAt > NOW && t.expiresAt < NOW + 7 * DAY)).toBe(
    true,
  );
  expect(count('ip_rule_token')).toBe(2);
  const kinds = held.file.prepare('SELECT kind, entity FROM policy_change').all();
  expect(kinds).toEqual([{ kind: 'all', entity: '' }]);
});

test('traffic is real requests of every kind, with progress up to the last', async () => {
  await createDemo(deps(), 'os:test');
  const received = await listen();
  const progress = [];
  for await (const step of await client().traffic({ requests: 300 })) progress.push(step);
  expect(progress.at(-1)).toEqual({ sent: 300, of: 300 });
  expect(received).toHaveLength(300);
  const asked = new Set(
    received.map((r) => `${r.method} ${r.url?.replace(/\?.*/, '').replace(/[0-9a-f-]{36}/, '{id}')}`),
  );
  for (const endpoint of [
    'GET /v1/shifts',
    'POST /v1/shifts',
    'PATCH /v1/shifts/{id}',
    'POST /v1/attendance',
  ])
    expect(asked).toContain(endpoint);
  expect(new Set(received.map((r) => r.headers.authorization)).size).toBeGreaterThan(6);
});

test('the temporary secrets work while traffic runs, and are gone after it', async () => {
  await createDemo(deps(), 'os:test');
  let during = 0;
  await listen(() => {
    during = Math.max(during, count('token_secret'));
    return 200;
  });
  for await (const _ of await client().traffic({ requests: 5 }));
  expect(during).toBe(12);
  expect(count('token_secret')).toBe(6);
  const lives = held.file.prepare('SELECT count(*) FROM token_secret WHERE valid_until > ?').pluck();
  expect(lives.get(NOW + HOUR)).toBe(0);
});

test('closing the iterator stops the traffic and removes the secrets', async () => {
  await createDemo(deps(), 'os:test');
  const received = await listen();
  for await (const step of await client().traffic({ requests: 100_000 })) if (step.sent >= 25) break;
  const sent = received.length;
  expect(sent).toBeLessThan(1_000);
  expect(count('token_secret')).toBe(6);
});

test('traffic needs a gateway that holds the file, and the demo', async () => {
  const refusal = (code: string) => ({ data: { code } });
  await expect(client().traffic({ requests: 1 })).rejects.toMatchObject(refusal('gateway.stopped'));
  await listen();
  await expect(client().traffic({ requests: 1 })).rejects.toMatchObject(refusal('demo.missing'));
  await createDemo(deps(), 'os:test');
  taken.lock?.release();
  await expect(client().traffic({ requests: 1 })).rejects.toMatchObject(refusal('gateway.stopped'));
});

test('a gateway that goes away in the middle ends the traffic with a refusal', async () => {
  await createDemo(deps(), 'os:test');
  let answered = 0;
  await listen((request) => {
    answered += 1;
    if (answered > 10) request.socket.destroy();
    return 200;
  });
  const run = async () => {
    for await (const _ of await client().traffic({ requests: 100 }));
  };
  await expect(run()).rejects.toMatchObject({ data: { code: 'gateway.stopped' } });
  expect(count('token_secret')).toBe(6);
});
