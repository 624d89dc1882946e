import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call } from '../../tests/support/running-gateway.ts';
import { placeOfFile } from '../db/place.ts';
import type { GatewayMeasures } from '../gateway/measures.ts';
import { createTally } from '../gateway/tally.ts';
import { type Host, openHost } from '../host.ts';
import { healthCalls } from './health.ts';
import { type AdminServer, startAdminServer } from './server.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-health-'));
let host: Host;
let door: AdminServer;
let gateway: string;

beforeAll(async () => {
  host = await openHost({
    place: placeOfFile(join(folder, 'instance.db')),
    actor: 'os:tester',
    gateway: 'here',
  });
  door = await startAdminServer(host, { port: 0 });
});
afterAll(async () => {
  await door.close();
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}) => fetch(door.address + path, { headers });

/** Every sample of a scrape, by its name and labels. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await get('/metrics');
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

const STILL: GatewayMeasures = {
  counts: createTally().read(),
  log: { bytesWaiting: 0, behindMs: 0 },
  policy: { version: 1, age: 0 },
  limits: 'own',
  loopLag: { p50: 0, p99: 0, max: 0 },
  unready: null,
};

describe('health', () => {
  test('the process is healthy without a gateway, and ready only with one', async () => {
    expect((await get('/healthz')).status).toBe(200);
    const stopped = await get('/readyz');
    expect(stopped.status).toBe(503);
    expect(await stopped.json()).toEqual({ ready: false, reason: 'gateway.stopped' });
    expect((await scrape()).get('gatehouse_gateway_up')).toBe(0);
    gateway = (await host.gateway.start()).address ?? '';
    const ready = await get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({ ready: true, reason: null });
  });

  test.each(['policy.stale', 'log.unavailable'] as const)('%s is not ready, and says so', async (unready) => {
    const app = Fastify();
    healthCalls(app, async () => ({ ...STILL, unready }), { of: async () => null });
    const answer = await app.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toEqual({ ready: false, reason: unready });
    expect((await app.inject('/metrics')).body).toContain('gatehouse_gateway_ready 0');
  });
});

describe('metrics', () => {
  test('count every answer by class and reason, its duration, and what the limits refused', async () => {
    const user = await host.client.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
    const { secret, token } = await host.client.tokens.create({
      name: 'Payroll',
      userId: user.id,
      scope: 'full',
    });
    const limit = { requestsPerHour: 100, burst: { requests: 3, seconds: 60 } };
    await host.client.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
    for (let n = 0; n < 5; n++) await call(gateway, '/v1/shifts', secret);
    await call(gateway, '/v1/shifts', 'nobody');
    const seen = await scrape();
    const requests = [...seen].filter(([name]) => name.startsWith('gatehouse_requests_total'));
    expect(Object.fromEntries(requests)).toEqual({
      'gatehouse_requests_total{class="2xx",reason="none"}': 3,
      'gatehouse_requests_total{class="4xx",reason="limit.burst"}': 2,
      'gatehouse_requests_total{class="4xx",reason="token.malformed"}': 1,
    });
    expect(seen.get('gatehouse_limit_refusals_total{owner="token",limit="burst"}')).toBe(2);
    expect(seen.get('gatehouse_limit_refusals_total{owner="instance",limit="hour"}')).toBe(0);
    expect(seen.get('gatehouse_request_duration_seconds_bucket{le="+Inf"}')).toBe(6);
    expect(seen.get('gatehouse_request_duration_seconds_count')).toBe(6);
    expect(seen.get('gatehouse_request_duration_seconds_sum')).toBeGreaterThan(0);
    const buckets = [...seen].filter(([name]) => name.includes('_bucket{')).map(([, count]) => count);
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  });

  test('tell the policy in force, how far the log is, and how the process does', async () => {
    const seen = await scrape();
    const before = seen.get('gatehouse_policy_version') ?? 0;
    expect(seen.get('gatehouse_policy_age_seconds')).toBeLessThan(1);
    for (const name of [
      'gatehouse_journal_waiting_bytes',
      'gatehouse_log_writer_lag_seconds',
      'gatehouse_event_loop_lag_seconds{quantile="0.99"}',
      'process_resident_memory_bytes',
      'process_cpu_seconds_total',
      'process_start_time_seconds',
    ])
      expect([name, seen.get(name)]).toEqual([name, expect.any(Number)]);
    await host.client.directory.users.add({ email: 'bob@example.org', name: 'Bob' });
    await host.client.limits.set({
      target: { kind: 'default' },
      limit: { requestsPerHour: 5_000, burst: { requests: 50, seconds: 10 } },
    });
    expect((await scrape()).get('gatehouse_policy_version')).toBeGreaterThan(before);
  });

  test('name no token, no user, no address and no path', async () => {
    const text = await (await get('/metrics')).text();
    for (const word of ['Payroll', 'ada', 'Ada', '127.0.0.1', '/v1/', 'shf_'])
      expect(text).not.toContain(word);
  });

  test('are for who connects from this machine itself, and for who is signed in', async () => {
    expect((await get('/metrics')).status).toBe(200);
    for (const name of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP']) {
      expect((await get('/metrics', { [name]: '127.0.0.1' })).status).toBe(401);
      expect((await get('/healthz', { [name]: '127.0.0.1' })).status).toBe(200);
    }
    const code = new URL((await door.newSignInLink()) ?? '').hash.replace('#sign-in=', '');
    const session = await fetch(`${door.address}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code }),
    });
    const { credential } = (await session.json()) as { credential: string };
    const proxied = { authorization: `Bearer ${credential}`, 'x-forwarded-for': '203.0.113.9' };
    expect((await get('/metrics', proxied)).status).toBe(200);

    const app = Fastify();
    healthCalls(app, async () => STILL, { of: async () => null });
    for (const [remoteAddress, status] of [
      ['127.0.0.1', 200],
      ['::1', 200],
      ['::ffff:127.0.0.1', 200],
      ['203.0.113.9', 401],
      ['::2', 401],
      ['::ffff:203.0.113.9', 401],
    ] as const)
      expect([remoteAddress, (await app.inject({ url: '/metrics', remoteAddress })).statusCode]).toEqual([
        remoteAddress,
        status,
      ]);
  });
});
