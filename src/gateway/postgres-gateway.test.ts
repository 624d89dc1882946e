import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cuttable, startCuttable, through } from '../../tests/support/cut.ts';
import { call, makeRunningOnPostgres, send } from '../../tests/support/running-gateway.ts';
import type { RunningGateway } from './start.ts';

let running: Awaited<ReturnType<typeof makeRunningOnPostgres>>;
const ways: Cuttable[] = [];

beforeEach(async () => {
  running = await makeRunningOnPostgres();
});
afterEach(async () => {
  for (const way of ways) way.heal();
  await running.close();
  for (const way of ways.splice(0)) await way.close();
});

const ask = async (gateway: RunningGateway, secret: string, path = '/v1/shifts') => {
  const response = await call(gateway.address, path, secret);
  const { code } = (await response.json()) as { code?: string };
  return { status: response.status, code, requestId: response.headers.get('x-request-id') };
};

/** A gateway whose way to the database can be cut. */
async function startCut(name: string, maxPolicyAge: number) {
  const way = await startCuttable(Number(new URL(running.url).port));
  ways.push(way);
  const failures: unknown[] = [];
  const gateway = await running.start({
    place: running.placeOf(name, through(running.url, way.port)),
    maxPolicyAge,
    onFailure: (cause) => failures.push(cause),
  });
  return { gateway, way, failures };
}

test('requests are judged, answered from the database and logged; what an admin changed is in force at once', async () => {
  const { secret, token } = await running.token();
  const gateway = await running.start();
  const listed = await ask(gateway, secret);
  expect(listed.status).toBe(200);
  expect(await running.logged(listed.requestId)).toMatchObject({ status: 200, tokenId: token.id });
  const unit = await running.admin.directory.places.add({ kind: 'businessUnit', name: 'Unit' });
  const here = await running.admin.directory.places.add({ kind: 'location', name: 'Here' });
  const made = await send(gateway.address, 'POST', '/v1/employees', secret, {
    name: 'Ada',
    email: 'ada@example.org',
    position: 'Nurse',
    businessUnitId: unit.id,
    locationId: here.id,
    userGroupIds: [],
  });
  expect(made.status).toBe(201);
  await running.admin.tokens.revoke({ id: token.id });
  await gateway.caughtUp();
  expect(await ask(gateway, secret)).toMatchObject({ status: 401, code: 'token.revoked' });
});

test('several gateways serve one instance, each with its own folder, and its log has the rows of all', async () => {
  const { secret } = await running.token();
  const one = await running.start();
  const two = await running.start({ place: running.placeOf('two') });
  const ids = [];
  for (const gateway of [one, two, one, two]) ids.push((await ask(gateway, secret)).requestId);
  for (const id of ids) expect(await running.logged(id)).toMatchObject({ status: 200 });
  await expect(running.start()).rejects.toMatchObject({ code: 'gateway.busy' });
});

test.each(['cut', 'silence'] as const)(
  'a gateway that is cut off from the database (%s) lets nobody in, logs that, and serves again by itself',
  async (away) => {
    const { secret } = await running.token();
    const { gateway, way } = await startCut('one', 1_000);
    expect((await ask(gateway, secret)).status).toBe(200);
    way[away]();
    await expect.poll(() => gateway.measures().unready, { timeout: 5_000 }).toBe('policy.stale');
    const denied = await Promise.all(Array.from({ length: 20 }, () => ask(gateway, secret)));
    expect(denied.map(({ status, code }) => `${status} ${code}`)).toEqual(
      denied.map(() => '503 policy.stale'),
    );
    way.heal();
    await expect.poll(async () => (await ask(gateway, secret)).status, { timeout: 10_000 }).toBe(200);
    for (const { requestId } of denied)
      expect(await running.logged(requestId)).toMatchObject({ status: 503, reason: 'policy.stale' });
  },
  40_000,
);

test('a policy that may be old serves while the database is away; the built-in API says that it is away', async () => {
  const { secret, token } = await running.token();
  const { gateway, way } = await startCut('one', 3_600_000);
  way.cut();
  const answer = await ask(gateway, secret);
  expect(answer).toMatchObject({ status: 503, code: 'database.unavailable' });
  expect(gateway.measures().unready).toBeNull();
  way.heal();
  await running.admin.tokens.revoke({ id: token.id });
  await expect.poll(async () => (await ask(gateway, secret)).code, { timeout: 10_000 }).toBe('token.revoked');
  expect(await running.logged(answer.requestId)).toMatchObject({ reason: 'database.unavailable' });
});

test('a gateway that is stopped while the database is away ends, and its rows come in at its next start', async () => {
  const { secret } = await running.token();
  const { gateway, way } = await startCut('one', 3_600_000);
  expect((await ask(gateway, secret)).status).toBe(200);
  way.silence();
  const { requestId } = await ask(gateway, secret, '/v1/openapi.json');
  await gateway.stop();
  way.heal();
  await running.start();
  expect(await running.logged(requestId)).toMatchObject({ status: 200 });
}, 60_000);
