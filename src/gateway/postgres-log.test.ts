import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { testFolder } from '../../tests/support/instance.ts';
import { postgresInstance } from '../../tests/support/postgres-instance.ts';
import { call } from '../../tests/support/running-gateway.ts';
import { placeOfPostgres } from '../db/place.ts';
import { localOwner } from '../features/answer-faults.ts';
import { createInsightService } from './insight-service.ts';
import type { Rehearsal } from './rehearsal/contract.ts';
import { type RunningGateway, startGateway } from './start.ts';

test('two gateways on one database bring what they answered into one log and its roll-ups', async () => {
  const { place, url, ask } = await postgresInstance();
  const another = placeOfPostgres({
    url,
    keyFile: place.keyFile ?? '',
    dataDir: join(testFolder(), 'gateway'),
  });
  const user = await ask.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  const { secret, token } = await ask.tokens.create({ name: 'Test', userId: user.id, scope: 'full' });
  const gateways: RunningGateway[] = [];
  for (const one of [place, another])
    gateways.push(await startGateway({ place: one, host: '127.0.0.1', port: 0 }));
  const answered = await Promise.all(
    Array.from({ length: 40 }, async (_, n) => {
      const { address } = gateways[n % 2] as RunningGateway;
      const response = await call(address, '/v1/shifts', n % 5 === 0 ? null : secret);
      await response.arrayBuffer();
      return response.headers.get('x-request-id');
    }),
  );
  for (const gateway of gateways) await gateway.stop();

  const { items } = await ask.logs.query({ limit: 100 });
  expect(items.map(({ requestId }) => requestId).sort()).toEqual(answered.sort());
  const { total, byReason } = await ask.usage.summary({});
  expect([total, byReason]).toEqual([40, [{ reason: 'token.missing', status: 401, count: 8 }]]);
  expect((await ask.tokens.get({ id: token.id })).lastUsedAt).not.toBeNull();
  // What was decided is judged anew from the log, and explained by it.
  const insight = createRouterClient(createInsightService({ place }), { context: localOwner('os:test') });
  let last: Rehearsal | undefined;
  for await (const event of await insight.rehearse({ draft: {}, days: 1 })) last = event;
  expect(last).toMatchObject({ type: 'result', requests: 40, unchanged: 40, wouldDeny: 0, wouldAllow: 0 });
  const question = {
    credential: { kind: 'token' as const, tokenId: token.id },
    address: '127.0.0.1',
    method: 'GET',
    path: '/v1/shifts',
  };
  const limits = (await insight.explain(question)).headers;
  expect(
    new Headers(limits.map(([name, value]): [string, string] => [name, value])).get('x-ratelimit-remaining'),
  ).toBe('9967');
  // A gateway that starts knows from the log how the limits stand.
  const next = await startGateway({ place, host: '127.0.0.1', port: 0 });
  const response = await call(next.address, '/v1/shifts', secret);
  const limit = Number(response.headers.get('x-ratelimit-limit'));
  expect(limit - Number(response.headers.get('x-ratelimit-remaining'))).toBe(33);
  await next.stop();
}, 60_000);
