import { mkdtempSync, statSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startCuttable, through } from '../../tests/support/cut.ts';
import { handClock } from '../../tests/support/instance.ts';
import { postgresInstance } from '../../tests/support/postgres-instance.ts';
import { DAY, MINUTE } from '../base/clock.ts';
import { openReader } from '../db/reader.ts';
import { readGateways } from './gateway-rows.ts';
import { holdDataDir } from './hold-data-dir.ts';

const START = Date.parse('2026-11-24T12:00:00Z');

async function holding() {
  const { url, place } = await postgresInstance();
  const clock = handClock(START);
  const failures: unknown[] = [];
  const reader = openReader(place.database);
  onTestFinished(() => reader.close());
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  return {
    url,
    clock,
    failures,
    folder,
    hold: (name: string, by = url) =>
      holdDataDir({
        url: by,
        lock: join(folder, name, 'lock'),
        clock,
        onFailure: (cause) => failures.push(cause),
      }),
    shown: () => reader.read(readGateways(clock.now())),
  };
}

const state = (policyVersion: number) => () => ({ policyVersion, limits: 'own' as const });

test('each folder is a gateway: its id and number stay, also when it starts anew', async () => {
  const { hold, shown, folder, clock } = await holding();
  const one = await hold('one');
  expect(statSync(join(folder, 'one')).mode & 0o777).toBe(0o700);
  const two = await hold('two');
  expect(one.identity?.number).not.toBe(two.identity?.number);
  await one.announce('http://127.0.0.1:1', state(7));
  expect(await shown()).toEqual([
    {
      id: one.identity?.id,
      host: hostname(),
      pid: process.pid,
      address: 'http://127.0.0.1:1',
      startedAt: START,
      seenAt: START,
      policyVersion: 7,
      limits: 'own',
      gone: false,
    },
    expect.objectContaining({ id: two.identity?.id, address: null, gone: false }),
  ]);
  await one.release();
  expect(await shown()).toMatchObject([{ gone: true }, { gone: false }]);
  clock.move(MINUTE);
  const again = await hold('one');
  expect(again.identity).toEqual(one.identity);
  // The other has not said anything for a minute.
  expect(await shown()).toMatchObject([{ gone: false, startedAt: START + MINUTE }, { gone: true }]);
  await again.release();
  clock.move(2 * DAY);
  expect(await shown()).toEqual([]);
  await two.release();
});

test('a folder that a gateway has is refused to another one, which is told by whom', async () => {
  const { hold } = await holding();
  const one = await hold('one');
  await one.announce('http://127.0.0.1:1', state(1));
  await expect(hold('one')).rejects.toMatchObject({
    code: 'gateway.busy',
    data: { what: 'data folder', pid: process.pid, address: 'http://127.0.0.1:1' },
  });
  await one.release();
  await (await hold('one')).release();
});

test('a folder whose journal is for another instance is refused', async () => {
  const { hold } = await holding();
  await (await hold('one')).release();
  const other = await postgresInstance();
  await expect(hold('one', other.url)).rejects.toMatchObject({
    code: 'input.invalid',
    data: { field: '--data-dir' },
  });
});

test('while the database is away nothing is held, and who held the folder lets go of it', async () => {
  const { hold, url, failures } = await holding();
  const way = await startCuttable(Number(new URL(url).port));
  onTestFinished(() => way.close());
  const by = through(url, way.port);
  const one = await hold('one', by);
  await one.announce('http://127.0.0.1:1', state(1));
  way.silence();
  await one.release();
  way.cut();
  await expect(hold('one', by)).rejects.toMatchObject({ code: 'database.unavailable' });
  way.heal();
  await (await hold('one', by)).release();
  expect(failures).toEqual([]);
});
