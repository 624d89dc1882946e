import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { refusal, testInstanceOn } from '../../tests/support/instance.ts';
import { rawDatabase } from '../../tests/support/raw-database.ts';
import { systemClock } from '../base/clock.ts';

const TABLES = [
  'business_unit',
  'location',
  'user_group',
  'employee',
  'shift',
  'attendance',
  'token',
  'ip_rule',
];

test('the demo organisation has the same rows on Postgres as in a file', async () => {
  const counted = async (engine: 'sqlite' | 'postgres') => {
    const { ask, place } = await testInstanceOn(engine);
    const made = await ask.demo.create();
    expect(await refusal(ask.demo.create())).toMatchObject({ code: 'demo.not_empty' });
    const raw = rawDatabase(place);
    const rows: Record<string, number> = {};
    for (const table of TABLES) rows[table] = (await raw.rows(`SELECT id FROM ${table}`)).length;
    return { made, rows, names: (await ask.tokens.list({})).items.map(({ name }) => name) };
  };
  const onPostgres = await counted('postgres');
  expect(onPostgres.made.tokens).toBeGreaterThan(0);
  expect(onPostgres).toEqual(await counted('sqlite'));
});

test('its traffic goes to a gateway that says it runs, on this machine', async () => {
  const clock = systemClock;
  const { ask, place } = await testInstanceOn('postgres', { clock });
  await ask.demo.create();
  const raw = rawDatabase(place);
  const traffic = async () => {
    let last = 0;
    for await (const { sent } of await ask.demo.traffic({ requests: 20 })) last = sent;
    return last;
  };
  const says = (host: string, address: string) =>
    raw.run(
      `INSERT INTO gateway (id, host, pid, address, started_at, seen_at, policy_version, limits)
       VALUES (?, ?, 1, ?, 0, ?, 0, 'own')`,
      host,
      host,
      address,
      clock.now(),
    );
  await says('another machine', 'http://127.0.0.1:9');
  expect(await refusal(traffic())).toMatchObject({ code: 'gateway.stopped' });
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200).end());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  await says(hostname(), `http://0.0.0.0:${(server.address() as AddressInfo).port}`);
  expect(await traffic()).toBe(20);
  expect(await raw.rows(`SELECT id FROM token_secret WHERE purpose = 'demo'`)).toEqual([]);
});
