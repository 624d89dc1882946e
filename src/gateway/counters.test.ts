import { afterEach, expect, test } from 'vitest';
import { call, makeRunning, type Running } from '../../tests/support/running-gateway.ts';

let running: Running;
afterEach(() => running.close());

const limit = (requests: number) => ({ requestsPerHour: requests, burst: { requests, seconds: 3_600 } });
const query = { limit: 50, offset: 0 };

test('the counters of a running gateway are shown, the busiest first, found by name', async () => {
  running = await makeRunning();
  const [payroll, rota, idle] = [
    await running.token({ name: 'Payroll' }),
    await running.token({ name: 'Rota' }),
    await running.token({ name: 'Idle' }),
  ];
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(5) });
  const gateway = await running.start();
  await call(gateway.address, '/v1/shifts', payroll.secret);
  for (let i = 0; i < 3; i++) await call(gateway.address, '/v1/shifts', rota.secret);
  const shown = await gateway.counters(query);
  expect(shown).toMatchObject({
    source: 'gateway',
    total: 2,
    instance: { hour: { used: 4, limit: null, remaining: null }, burst: null },
    tokens: [
      { tokenName: 'Rota', hour: { used: 3, limit: 5, remaining: 2 }, burst: { used: 3, seconds: 3_600 } },
      { tokenName: 'Payroll', hour: { used: 1 } },
    ],
  });
  expect((await gateway.counters({ ...query, limit: 1, offset: 1 }))?.tokens[0]?.tokenName).toBe('Payroll');
  expect((await gateway.counters({ ...query, search: 'ROT' }))?.total).toBe(1);
  const alone = await gateway.counters({ ...query, tokenId: idle.token.id });
  expect(alone?.tokens).toMatchObject([{ hour: { used: 0, remaining: 5, growsAt: null } }]);
  await gateway.stop();
  expect(await running.admin.limits.counters(query)).toMatchObject({
    source: 'log',
    total: 2,
    tokens: [{ tokenName: 'Rota', hour: { used: 3 } }, { tokenName: 'Payroll' }],
  });
});

test('a reset holds from the next request on, for its target alone, and survives a restart', async () => {
  running = await makeRunning();
  const [one, other] = [await running.token(), await running.token()];
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(2) });
  await running.admin.limits.set({ target: { kind: 'instance' }, limit: limit(6) });
  let gateway = await running.start();
  const ask = (secret: string) => call(gateway.address, '/v1/shifts', secret).then(({ status }) => status);
  const left = async () => {
    const shown = await gateway.counters({ ...query, tokenId: one.token.id });
    return [shown?.instance.hour.remaining, shown?.tokens[0]?.hour.remaining];
  };
  for (const { secret } of [one, other]) for (let i = 0; i < 2; i++) await ask(secret);
  expect([await ask(one.secret), await ask(other.secret)]).toEqual([429, 429]);
  await running.admin.limits.reset({ target: { kind: 'token', tokenId: one.token.id } });
  expect([await ask(one.secret), await ask(other.secret)]).toEqual([200, 429]);
  expect(await left()).toEqual([1, 1]);
  await gateway.stop();
  gateway = await running.start();
  expect(await left()).toEqual([1, 1]);
  await running.admin.limits.reset({ target: { kind: 'instance' } });
  expect(await left()).toEqual([6, 1]);
  await gateway.stop();
  gateway = await running.start();
  expect(await left()).toEqual([6, 1]);
});

test('a trial refuses nothing and changes no header; rows and totals say what it would have refused', async () => {
  running = await makeRunning();
  const { secret, token } = await running.token();
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(10) });
  await running.admin.limits.set({ target: { kind: 'default' }, limit: limit(2), trial: true });
  const gateway = await running.start();
  const answers: (string | null)[][] = [];
  const ids: (string | null)[] = [];
  for (let i = 0; i < 4; i++) {
    const { status, headers } = await call(gateway.address, '/v1/shifts', secret);
    answers.push([String(status), headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]);
    ids.push(headers.get('x-request-id'));
  }
  expect(answers).toEqual(['9', '8', '7', '6'].map((left) => ['200', '10', left]));
  await gateway.stop();
  const trials = await Promise.all(
    ids.map(async (requestId) => (await running.admin.logs.get({ requestId: String(requestId) })).trial),
  );
  expect(trials).toEqual([null, null, 'token.hour', 'token.hour']);
  expect(await running.admin.limits.refusedByTrials()).toMatchObject({
    total: 2,
    tokens: [{ tokenId: token.id, byToken: 2, byInstance: 0 }],
  });
});
