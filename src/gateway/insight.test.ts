import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refusal } from '../../tests/support/instance.ts';
import { call, makeRunning, type Running, send } from '../../tests/support/running-gateway.ts';
import { placeOfFile } from '../db/place.ts';
import { localOwner } from '../features/answer-faults.ts';
import { createInsightService } from './insight-service.ts';
import type { DraftInput, Rehearsal, RehearsalResult } from './rehearsal/contract.ts';

let running: Running;
let insight: ReturnType<typeof clientOf>;

const clientOf = (file: string) =>
  createRouterClient(createInsightService({ place: placeOfFile(file) }), { context: localOwner('os:test') });

beforeEach(async () => {
  running = await makeRunning();
  insight = clientOf(running.file);
});
afterEach(() => running.close());

async function rehearse(draft: DraftInput, days = 1): Promise<RehearsalResult> {
  let last: Rehearsal | undefined;
  for await (const event of await insight.rehearse({ draft, days })) last = event;
  if (last?.type !== 'result') throw new Error('the rehearsal gave no result');
  return last;
}

const limit = (requestsPerHour: number, requests: number, seconds: number) => ({
  requestsPerHour,
  burst: { requests, seconds },
});

const outcome = (checks: readonly { check: string; passed: boolean }[]) =>
  checks.map(({ check, passed }) => `${check} ${passed ? 'passed' : 'failed'}`);

test('a request that is not sent gets the verdict, checks and headers that it gets when it is sent', async () => {
  const { admin } = running;
  await admin.limits.set({ target: { kind: 'default' }, limit: limit(5, 3, 10) });
  await admin.ipRules.add({ range: '127.0.0.0/8', label: 'This computer' });
  const { token, secret } = await running.token({ scope: 'read-only' });
  const gateway = await running.start();
  const requests = [
    ['GET', '/v1/shifts'],
    ['POST', '/v1/shifts'],
    ['GET', '/v1/none'],
    ['GET', '/v1/shifts'],
  ] as const;
  for (const [method, path] of requests) {
    const credential = { kind: 'secret', secret } as const;
    const question = { credential, method, path, address: '127.0.0.1' };
    const predicted = await gateway.explain(question);
    // Asked twice: nothing was charged.
    expect((await gateway.explain(question)).headers.slice(0, 2)).toEqual(predicted.headers.slice(0, 2));
    const response = await call(gateway.address, path, secret, { method });
    const row = await running.logged(response.headers.get('x-request-id'));
    const detail = await admin.logs.get({ requestId: row.requestId });
    expect(predicted.reason).toBe(row.reason);
    expect(predicted.status).toBe(row.reason === null ? null : row.status);
    expect(detail.checks.slice(0, predicted.checks.length).map(({ check, owner }) => [check, owner])).toEqual(
      predicted.checks.map(({ check, owner }) => [check, owner]),
    );
    for (const [name, value] of predicted.headers)
      if (!/reset|^ratelimit$/i.test(name)) expect([name, response.headers.get(name)]).toEqual([name, value]);
    expect(predicted).toMatchObject({ countedBy: 'gateway', tokenId: token.id });
  }
  const { items } = await admin.logs.query({ limit: 100 });
  expect(items).toHaveLength(requests.length);
});

test('without a gateway it is the same, by the counters of the log', async () => {
  const { admin } = running;
  await admin.limits.set({ target: { kind: 'default' }, limit: limit(5, 2, 3_600) });
  const { token, secret } = await running.token();
  const gateway = await running.start();
  for (let i = 0; i < 2; i++) await call(gateway.address, '/v1/shifts', secret);
  await gateway.stop();
  const explained = await insight.explain({
    credential: { kind: 'token', tokenId: token.id },
    address: '::ffff:127.0.0.1',
    method: 'get',
    path: '/v1/shifts?limit=1',
  });
  expect(explained).toMatchObject({
    verdict: 'deny',
    status: 429,
    code: 'limit.burst',
    countedBy: 'log',
    address: '127.0.0.1',
    endpoint: 'GET /v1/shifts',
  });
  expect(outcome(explained.checks)).toEqual(['credential passed', 'address passed', 'limits failed']);
  expect(explained.checks.at(-1)).toMatchObject({
    owner: 'default',
    detail: 'the default burst: 2 of 2 in 3600 s',
  });
});

test('each check names whose rule decided', async () => {
  const { admin, user } = running;
  const rule = await admin.ipRules.add({ range: '10.0.0.0/8', label: 'Head office' });
  const { token } = await running.token({
    scope: 'limited',
    endpoints: [{ kind: 'tag', target: 'shifts', access: 'read' }],
  });
  const ask = (address: string, method: string, path = '/v1/shifts') =>
    insight.explain({ credential: { kind: 'token', tokenId: token.id }, address, method, path });
  const checkOf = async (check: string, ...asked: Parameters<typeof ask>) =>
    (await ask(...asked)).checks.find((one) => one.check === check);

  expect(await checkOf('address', '10.1.2.3', 'GET')).toMatchObject({
    owner: 'all',
    detail: '10.1.2.3 is in 10.0.0.0/8 "Head office" of all API access',
  });
  expect(await checkOf('scope', '10.1.2.3', 'GET')).toMatchObject({
    owner: 'token',
    detail: 'limited: the tag shifts is granted to read, user may write',
  });
  expect(await checkOf('scope', '10.1.2.3', 'POST')).toMatchObject({
    passed: false,
    owner: 'token',
    detail: 'limited: the tag shifts is granted for reading, POST writes',
  });
  await admin.ipRules.update({ id: rule.id, range: '10.0.0.0/8', tokenIds: [token.id] });
  expect(await checkOf('address', '192.0.2.1', 'GET')).toMatchObject({ passed: false, owner: 'token' });
  await admin.limits.set({ target: { kind: 'token', tokenId: token.id }, limit: limit(7, 7, 7) });
  expect(await checkOf('limits', '10.1.2.3', 'GET')).toMatchObject({ owner: 'token' });

  const units = await admin.directory.places.add({ kind: 'businessUnit', name: 'Retail' });
  await admin.directory.users.update({
    id: user.id,
    restrictions: { businessUnits: [units.id], locations: [], userGroups: [] },
  });
  expect((await ask('10.1.2.3', 'GET')).restrictions).toBe('restricted to 1 business units (of its user)');
});

test('a mistake in the question is refused, and the field is named', async () => {
  const { token } = await running.token();
  const question = {
    credential: { kind: 'token', tokenId: token.id },
    address: '10.0.0.1',
    method: 'GET',
    path: '/',
  } as const;
  expect(await refusal(insight.explain({ ...question, address: '010.0.0.1' }))).toMatchObject({
    code: 'input.invalid',
    data: { field: 'address' },
  });
  const nobody = { kind: 'token', tokenId: '0190f3c0-0000-7000-8000-00000000dead' } as const;
  expect(await refusal(insight.explain({ ...question, credential: nobody }))).toMatchObject({
    code: 'id.unknown',
  });
  await expect(insight.explain({ ...question, path: 'v1/shifts' })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});

/** Traffic over real HTTP, with two gateways one after the other. */
async function realTraffic() {
  const { admin } = running;
  const [unit, other] = [
    await admin.directory.places.add({ kind: 'businessUnit', name: 'Retail' }),
    await admin.directory.places.add({ kind: 'businessUnit', name: 'Care' }),
  ];
  const location = await admin.directory.places.add({ kind: 'location', name: 'Harbour' });
  await admin.limits.set({ target: { kind: 'default' }, limit: limit(60, 20, 2) });
  await admin.limits.set({ target: { kind: 'instance' }, limit: limit(150, 30, 1) });
  const [one, two] = [await running.token(), await running.token({ scope: 'read-only' })];
  const employee = (businessUnitId: string, email: string) => ({
    name: 'Eve',
    email,
    position: 'Nurse',
    businessUnitId,
    locationId: location.id,
    userGroupIds: [],
  });
  const inOther: string[] = [];
  for (let round = 0; round < 2; round++) {
    const gateway = await running.start();
    for (const place of [unit, other]) {
      const made = await send(
        gateway.address,
        'POST',
        '/v1/employees',
        one.secret,
        employee(place.id, `e${round}@${place.id}.org`),
      );
      // Where the first round was quick, the limits refuse some of the second.
      if (made.status !== 201) continue;
      const { id } = (await made.json()) as { id: string };
      if (place === other) inOther.push(id);
      await call(gateway.address, `/v1/employees/${id}`, one.secret);
    }
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 3 === 0
          ? send(gateway.address, 'POST', '/v1/employees', i % 2 === 0 ? one.secret : two.secret, { name: i })
          : call(
              gateway.address,
              i % 7 === 0 ? '/v1/none' : '/v1/shifts',
              i % 2 === 0 ? one.secret : two.secret,
            ),
      ),
    );
    await call(gateway.address, '/v1/shifts', null);
    await call(gateway.address, '/v1/openapi.json', null);
    const left = new AbortController();
    const gone = call(gateway.address, '/v1/shifts', one.secret, { signal: left.signal });
    left.abort();
    await gone.catch(() => undefined);
    await gateway.stop();
  }
  return { one, two, unit, other, location, inOther };
}

test('real traffic, over two gateways in turn, is judged as it was; a draft says whom it would deny', async () => {
  const { one, two } = await realTraffic();
  const as = await rehearse({});
  expect(as).toMatchObject({ wouldDeny: 0, wouldAllow: 0, otherReason: 0, undecidable: 0 });
  expect(as.unchanged).toBe(as.requests);
  expect(as.requests).toBeGreaterThan(120);
  expect(as.earlier.requests).toBe(0);

  const revoked = await rehearse({ tokens: [{ tokenId: one.token.id, revoked: true }] });
  const { items } = await running.admin.logs.query({ limit: 1_000 });
  const mine = items.filter(
    (row) => row.tokenId === one.token.id && (row.reason === null || row.reason === 'request.invalid'),
  );
  // The other token may use what this one leaves of the instance's limit, and then comes to its own sooner.
  const { 'token.revoked': byRevocation, 'limit.burst': _, 'limit.hour': __, ...rest } = revoked.byReason;
  expect([byRevocation, rest]).toEqual([mine.length, {}]);
  expect(revoked.byToken[0]).toMatchObject({ tokenId: one.token.id, wouldDeny: mine.length });
  expect([[], [two.token.id]]).toContainEqual(revoked.byToken.slice(1).map((token) => token.tokenId));
  for (const example of revoked.examples)
    expect(await running.admin.logs.get({ requestId: example.requestId })).toMatchObject({
      path: example.path,
    });
});

test('a draft of restrictions is judged where the row says what was asked for', async () => {
  const { one, unit, inOther } = await realTraffic();
  const restrictions = { businessUnits: [unit.id], locations: [], userGroups: [] };
  const narrowed = await rehearse({ tokens: [{ tokenId: one.token.id, restrictions }] });
  // In each round a row was made and read in the other unit, unless the limits refused it; lists leave it out.
  const { items } = await running.admin.logs.query({ limit: 1_000 });
  const read = inOther.filter((id) =>
    items.some((row) => row.path === `/v1/employees/${id}` && row.reason === null),
  );
  expect(inOther.length).toBeGreaterThan(0);
  expect(narrowed.byReason).toEqual({
    'restriction.write': inOther.length,
    ...(read.length > 0 && { 'restriction.hidden': read.length }),
  });
  expect(narrowed).toMatchObject({ wouldAllow: 0, undecidable: 0 });

  const group = await running.admin.directory.places.add({ kind: 'userGroup', name: 'Nurses' });
  const grouped = await rehearse({
    tokens: [
      { tokenId: one.token.id, restrictions: { businessUnits: [], locations: [], userGroups: [group.id] } },
    ],
  });
  // Who was in a group, the log does not have.
  const named = items.filter((row) => row.path.startsWith('/v1/employees') && row.reason === null);
  expect(grouped).toMatchObject({ wouldDeny: 0, undecidable: named.length });
});

test('what an earlier policy decided is told apart from what the draft changes', async () => {
  const { one } = await realTraffic();
  await running.admin.tokens.revoke({ id: one.token.id });
  const as = await rehearse({});
  expect(as.wouldDeny).toBeGreaterThan(0);
  expect(as.earlier).toMatchObject({ requests: as.requests, wouldDeny: as.wouldDeny });
});

test('a bad draft is refused before it is rehearsed, and the field is named', async () => {
  const draft: DraftInput = { tokens: [{ tokenId: '0190f3c0-0000-7000-8000-00000000dead', active: false }] };
  expect(await refusal(rehearse(draft))).toMatchObject({
    code: 'input.invalid',
    data: { field: 'draft.tokens.0.tokenId' },
  });
  await expect(rehearse({ limits: { default: limit(0, 1, 1) } })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    data: { issues: [{ path: ['draft', 'limits', 'default', 'requestsPerHour'] }] },
  });
});
