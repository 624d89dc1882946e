import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { call, makeRunning } from '../../tests/support/running-gateway.ts';

const entry = join(import.meta.dirname, '../../tests/support/gateway-process.ts');

test('after kill -9 under load every answered request is in the log, and the counters stand', async () => {
  const running = await makeRunning();
  const { secret, token } = await running.token();
  const limit = { requestsPerHour: 100_000, burst: { requests: 100_000, seconds: 3_600 } };
  await running.admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit });
  const child = spawn(process.execPath, [entry, running.file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];

  const answered: string[] = [];
  const hammer = async (): Promise<void> => {
    for (;;) {
      const response = await call(address, '/v1/shifts', secret).catch(() => null);
      if (response === null) return;
      const requestId = response.headers.get('x-request-id');
      if (requestId !== null) answered.push(requestId);
      await response.arrayBuffer().catch(() => null);
      if (answered.length === 300) child.kill('SIGKILL');
    }
  };
  const ended = once(child, 'exit');
  await Promise.all(Array.from({ length: 8 }, hammer));
  await ended;

  const gateway = await running.start();
  const { items } = await running.admin.logs.query({ filter: { query: `token:${token.id}` }, limit: 1_000 });
  const logged = new Set(items.map((row) => row.requestId));
  expect(answered.length).toBeGreaterThanOrEqual(300);
  for (const requestId of answered) expect(logged).toContain(requestId);
  const response = await call(gateway.address, '/v1/shifts', secret);
  expect(Number(response.headers.get('x-ratelimit-remaining'))).toBe(100_000 - items.length - 1);
  await running.close();
});
