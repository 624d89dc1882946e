import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';
import type { RunningGateway } from './start.ts';

let running: Running;
let gateway: RunningGateway;
let secret: string;
beforeAll(async () => {
  running = await makeRunning();
  secret = (await running.token()).secret;
  gateway = await running.start();
});
afterAll(() => running.close());

/** The log's whole record of a request with this body, which is refused. */
async function logOf(type: string, body: string) {
  const headers = { 'content-type': type };
  const response = await call(gateway.address, '/v1/employees', secret, { method: 'POST', headers, body });
  expect(response.status).toBe(400);
  const { requestId } = await running.logged(response.headers.get('x-request-id'));
  return running.admin.logs.get({ requestId });
}

test('a form with a hundred thousand secrets is answered, and of its body type and size are logged', async () => {
  const body = 'sig=1&'.repeat(170_000);
  const detail = await logOf('application/x-www-form-urlencoded', body);
  expect(detail.request.body).toMatchObject({ bytes: body.length, text: null });
  expect(detail.removed).toEqual(['header authorization']);
});

test('what was removed is named once each, the first fifty of it', async () => {
  const fields = Array.from({ length: 500 }, (_, n) => `key_${n}_token=1&key_${n}_token=2`);
  const detail = await logOf('application/x-www-form-urlencoded', fields.join('&'));
  expect(detail.removed).toEqual([
    'header authorization',
    ...Array.from({ length: 49 }, (_, n) => `body key_${n}_token`),
    '… and 451 more',
  ]);
});

test('of what a check compared no more than a thousand characters are logged, and no secret, nor a part of one', async () => {
  const token = `shf_${'A'.repeat(49)}`;
  for (let shift = 0; shift < 55; shift += 5) {
    const names = Array.from({ length: 200 }, (_, i) => `${'x'.repeat(shift)} ${i} ${token} ${token}`);
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, 1])));
    const { checks } = await logOf('application/json', body);
    const detail = checks.find((check) => !check.passed)?.detail ?? '';
    expect(detail.length).toBeLessThanOrEqual(1_000);
    expect(detail).toContain('[removed]');
    expect(detail).not.toContain('shf_');
  }
});
