import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersIn, sendRaw } from '../../tests/support/raw-connection.ts';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';
import { makeSecret } from '../features/tokens/secret.ts';
import type { RunningGateway } from './start.ts';

let running: Running;
let gateway: RunningGateway;
beforeAll(async () => {
  running = await makeRunning();
  gateway = await running.start({ trustProxy: ['10.0.0.0/8'] });
});
afterAll(() => running.close());

const from = (forwardedFor: string) => ({ headers: { 'x-forwarded-for': forwardedFor } });

/** The addresses that the log has of a request: the client's, and that of who connected to us. */
async function seenAs(forwardedFor: string, secret: string) {
  const response = await call(gateway.address, '/v1/shifts', secret, from(forwardedFor));
  const requestId = response.headers.get('x-request-id') ?? '';
  await running.logged(requestId);
  const { address, peer } = await running.admin.logs.get({ requestId });
  return { status: response.status, address, peer };
}

test('a proxy is believed from the moment that it is trusted, and no longer than that', async () => {
  const { secret, token } = await running.token();
  const { trustedProxies } = running.admin.ipRules;
  await running.admin.ipRules.add({ range: '198.51.100.0/24', tokenIds: [token.id] });
  const spoofed = '6.6.6.6, 198.51.100.7, 10.1.2.3';
  expect(await seenAs(spoofed, secret)).toEqual({ status: 403, address: '127.0.0.1', peer: null });
  expect(await trustedProxies.add({ range: '127.0.0.1' })).toEqual(['127.0.0.1/32']);
  expect(await seenAs(spoofed, secret)).toEqual({ status: 200, address: '198.51.100.7', peer: '127.0.0.1' });
  expect(await seenAs('198.51.100.7, 203.0.113.1', secret)).toMatchObject({
    status: 403,
    address: '203.0.113.1',
  });
  expect(await seenAs('198.51.100.7, unknown', secret)).toMatchObject({ status: 403, address: '127.0.0.1' });
  expect(await trustedProxies.remove({ range: '127.0.0.1/32' })).toEqual([]);
  expect(await seenAs(spoofed, secret)).toMatchObject({ status: 403, address: '127.0.0.1' });
});

test('several headers are read as one, in their order', async () => {
  const { secret } = await running.token();
  await running.admin.ipRules.trustedProxies.add({ range: '127.0.0.0/8' });
  const headers = ['6.6.6.6', '[2001:db8::7]:443', '10.0.0.9:80'].map(
    (value) => `X-Forwarded-For: ${value}\r\n`,
  );
  const text = await sendRaw(
    gateway.address,
    `GET /v1/shifts HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${secret}\r\n${headers.join('')}\r\n`,
  );
  const [requestId = ''] = answersIn(text).requestIds;
  expect(await running.logged(requestId)).toMatchObject({ address: '2001:db8::7' });
  await running.admin.ipRules.trustedProxies.remove({ range: '127.0.0.0/8' });
});

test('failures of the credential are counted by the client behind the proxy, not by the proxy', async () => {
  await running.admin.ipRules.trustedProxies.add({ range: '127.0.0.1' });
  const secret = makeSecret();
  let status = 0;
  for (let i = 0; i < 101; i++)
    status = (await call(gateway.address, '/v1/shifts', secret, from(`${i}.6.6.6, 198.51.100.7`))).status;
  expect(status).toBe(429);
  expect((await call(gateway.address, '/v1/shifts', secret, from('198.51.100.8'))).status).toBe(401);
  await running.admin.ipRules.trustedProxies.remove({ range: '127.0.0.1' });
});

test('a trusted proxy is refused with the range and what is wrong with it', async () => {
  const { trustedProxies } = running.admin.ipRules;
  await expect(trustedProxies.add({ range: '10.0.0.0/33' })).rejects.toThrow(/10\.0\.0\.0\/33.*0 to 32/);
  await expect(trustedProxies.remove({ range: '192.0.2.1' })).rejects.toThrow(
    /trusted proxy.*192\.0\.2\.1\/32/,
  );
  expect(await trustedProxies.list()).toEqual([]);
});
