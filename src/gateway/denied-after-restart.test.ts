import { afterEach, expect, test } from 'vitest';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';

let running: Running;
afterEach(() => running.close());

test('requests from a denied address count against no limit, also after a restart, and are no use of the token', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 20, burst: { requests: 20, seconds: 3_600 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const rule = await running.admin.ipRules.add({ range: '10.0.0.0/8', tokenIds: [token.id] });
  const first = await running.start();
  for (let i = 0; i < 25; i++) {
    const denied = await call(first.address, '/v1/shifts', secret);
    expect([denied.status, denied.headers.get('x-ratelimit-remaining')]).toEqual([403, '20']);
  }
  await first.stop();
  expect(await running.admin.tokens.get({ id: token.id })).toMatchObject({ lastUsedAt: null });
  await running.admin.ipRules.remove({ id: rule.id });
  const second = await running.start();
  const response = await call(second.address, '/v1/shifts', secret);
  expect([response.status, response.headers.get('x-ratelimit-remaining')]).toEqual([200, '19']);
});

test('a denied address is not told when to try again, even where the limit is used up as well', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 1, burst: { requests: 1, seconds: 1 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const gateway = await running.start();
  await call(gateway.address, '/v1/shifts', secret);
  await running.admin.ipRules.add({ range: '10.0.0.0/8', tokenIds: [token.id] });
  const denied = await call(gateway.address, '/v1/shifts', secret);
  expect([denied.status, denied.headers.get('retry-after')]).toEqual([403, null]);
});
