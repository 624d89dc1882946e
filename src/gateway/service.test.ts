import { afterEach, expect, test } from 'vitest';
import {
  call,
  makeRunning,
  makeRunningOnPostgres,
  type Running,
} from '../../tests/support/running-gateway.ts';
import { placeOfFile } from '../db/place.ts';
import { startHere, startInThread } from './control.ts';
import { keepGateway } from './service.ts';

let running: Running;
afterEach(() => running.close());

test('a gateway that is stopped and started again listens where its clients know it', async () => {
  running = await makeRunning();
  const keeper = keepGateway(placeOfFile(running.file), startHere, () => undefined);
  expect(await keeper.status()).toMatchObject({ state: 'stopped', place: null });
  const { address } = await keeper.start();
  const port = Number(new URL(address ?? '').port);
  expect(await keeper.stop()).toMatchObject({
    state: 'stopped',
    address: null,
    place: { host: '127.0.0.1', port },
  });
  expect(await keeper.start()).toMatchObject({ state: 'running', address });
  await keeper.stop();
});

test('a port of 0 asks for a free one again, whatever came before', async () => {
  running = await makeRunning();
  const keeper = keepGateway(placeOfFile(running.file), startHere, () => undefined);
  await keeper.start('127.0.0.1', 0);
  await keeper.stop();
  const { state, place } = await keeper.start('127.0.0.1', 0);
  expect({ state, host: place?.host }).toEqual({ state: 'running', host: '127.0.0.1' });
  expect(place?.port).toBeGreaterThan(0);
  await keeper.stop();
});

test.each([
  ['this thread', startHere],
  ['a thread of its own', startInThread],
])('a gateway in %s tells what it counted, and one that is stopped nothing', async (_, begin) => {
  running = await makeRunning();
  const keeper = keepGateway(placeOfFile(running.file), begin, () => undefined);
  expect(await keeper.measures()).toBeNull();
  const { address } = await keeper.start();
  await call(address ?? '', '/v1/shifts', null);
  expect(await keeper.measures()).toMatchObject({
    counts: { requests: [{ statusClass: '4xx', reason: 'token.missing', count: 1 }] },
    log: { bytesWaiting: expect.any(Number), behindMs: expect.any(Number) },
    unready: null,
  });
  await keeper.stop();
  expect(await keeper.measures()).toBeNull();
});

test('on a file the one gateway is shown, wherever it runs', async () => {
  running = await makeRunning();
  const here = keepGateway(placeOfFile(running.file), startHere, () => undefined);
  expect((await here.status()).gateways).toEqual([]);
  const { gateways, address } = await here.start();
  expect(gateways).toMatchObject([{ address, pid: process.pid, limits: 'own', here: true, gone: false }]);
  await here.close();
  expect((await here.status()).gateways).toEqual([]);
});

test('on Postgres each process is shown all gateways, and starts and stops its own', async () => {
  const several = await makeRunningOnPostgres();
  running = { ...several, file: '' };
  const one = keepGateway(several.placeOf('one'), startHere, () => undefined);
  const two = keepGateway(several.placeOf('two'), startHere, () => undefined);
  await one.start();
  const elsewhere = await two.status();
  expect(elsewhere).toMatchObject({ state: 'elsewhere', pid: process.pid });
  const { state, gateways, address } = await two.start();
  expect(state).toBe('running');
  expect(gateways).toHaveLength(2);
  expect(gateways[1]).toMatchObject({ address, limits: 'own', gone: false });
  await one.close();
  expect((await two.status()).gateways.map(({ gone }) => gone)).toEqual([true, false]);
  await two.close();
});
