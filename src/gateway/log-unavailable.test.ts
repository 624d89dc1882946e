import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { catalogueOf } from '../features/endpoints/catalogue.ts';
import { createLimiter } from '../features/limits/limiter.ts';
import { JournalUnavailable } from '../features/logs/journal.ts';
import { countFailedCredentials } from './failed-credentials.ts';
import { createHeadReader } from './head.ts';
import { createPipeline } from './pipeline.ts';
import { MutablePolicy } from './policy.ts';
import { createResponder } from './responder.ts';

const catalogue = catalogueOf({ openapi: '3.1.0', paths: { '/open': { get: { operationId: 'open' } } } });

test('while the journal cannot be written nothing is served, and afterwards it is again', async () => {
  const policy = new MutablePolicy('k', catalogue, new Set(['open']));
  let writable = true;
  let served = 0;
  const failures: unknown[] = [];
  const onFailure = (cause: unknown) => failures.push(cause);
  const append = async () => {
    if (!writable) throw new JournalUnavailable('the disk is full', null);
  };
  const responder = createResponder({
    clock: systemClock,
    journal: { append, close: async () => undefined },
    onFailure,
  });
  const pipeline = createPipeline({
    clock: systemClock,
    keeper: { policy, refresh: () => true, dataVersion: () => 1, age: () => 0 },
    readHead: createHeadReader((secret) => Buffer.from(secret)),
    limiter: createLimiter(),
    failed: countFailedCredentials(),
    reads: {
      read: () => {
        served++;
        return { status: 200, body: '{}', reason: null };
      },
    },
    snapshot: (work) => work(),
    writer: { handle: () => Promise.reject(new Error('nothing writes')), close: async () => undefined },
    responder,
    maxPolicyAge: 1_000,
    onFailure,
  });
  const server = createServer((request, response) => pipeline.take(request, response, false)).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const ask = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/open`);

  expect((await ask()).status).toBe(200);
  writable = false;
  for (let i = 0; i < 3; i++) {
    const response = await ask();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: 'log.unavailable' });
  }
  // Only the request that found out came as far as the API.
  expect(served).toBe(2);
  expect(failures).toHaveLength(1);
  writable = true;
  // The row of a refusal is the first that can be written again.
  expect((await ask()).status).toBe(503);
  expect((await ask()).status).toBe(200);
  server.close();
});
