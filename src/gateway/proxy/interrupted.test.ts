import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { call, makeRunning } from '../../../tests/support/running-gateway.ts';
import { startUpstream, thingsDocument } from '../../../tests/support/upstream.ts';

const entry = join(import.meta.dirname, '../../../tests/support/gateway-process.ts');

test('after kill -9 in the midst of answers each has one row: whole, or interrupted', async () => {
  const running = await makeRunning();
  const upstream = await startUpstream();
  upstream.stream((request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('begun');
    if (request.url === '/big?end') response.end();
  });
  await running.admin.upstream.set({ url: upstream.url, openApiFile: thingsDocument() });
  const { secret } = await running.token();
  const child = spawn(process.execPath, [entry, running.file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];

  const open = await Promise.all([1, 2, 3].map(() => call(address, '/big', secret)));
  const whole = await call(address, '/big?end', secret);
  expect(await whole.text()).toBe('begun');
  const idOf = (response: Response) => response.headers.get('x-request-id') ?? '';
  // Its second line is journalled behind its last byte: the row is there when it is.
  await running.logged(idOf(whole));
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await Promise.all(open.map((response) => response.text().catch(() => null)));

  for (let starts = 0; starts < 2; starts++) {
    const gateway = await running.start();
    const { items } = await running.admin.logs.query({ limit: 1_000 });
    const shown = items.map(({ requestId, interrupted, status }) => [requestId, interrupted, status]);
    expect(shown.toSorted()).toEqual(
      [...open.map((response) => [idOf(response), true, 200]), [idOf(whole), false, 200]].toSorted(),
    );
    await gateway.stop();
  }
  await running.close();
  await upstream.close();
});
