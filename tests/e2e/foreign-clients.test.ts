import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite } from '../../src/db/open.ts';
import { type Attempt, type ForeignClient, foreignClients } from '../support/foreign-clients.ts';
import { gatehouse, gatehouseJson, logsOnce, type Serving, serve } from '../support/gatehouse.ts';

/** The gateway as it was built, and clients that nobody here wrote, each with its own retries. Only they wait. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-clients-'));
const file = join(folder, 'instance.db');
const on = ['--db', file];
const BURST = 10;
let serving: Serving;

beforeAll(async () => {
  for (const { name, missing } of foreignClients)
    if (missing !== null) console.warn(`${name} is skipped: ${missing}.`);
  serving = await serve(file);
  await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...on);
  const burst = ['--burst', String(BURST), '--burst-seconds', '2'];
  expect((await gatehouse('limit', 'set', '--per-hour', '100000', ...burst, ...on)).code).toBe(0);
});

afterAll(async () => {
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

/** A token that may ask BURST times in two seconds. */
const createToken = () =>
  gatehouseJson<{ id: string; secret: string }>(
    ...['token', 'create', '--name', 'Client', '--user', 'ada@example.org', '--scope', 'read-only', ...on],
  );

/** The statuses of the answers to each path, in their order. */
const statusesByPath = (attempts: Attempt[]) =>
  Object.fromEntries(
    Object.entries(Object.groupBy(attempts, ({ path }) => path)).map(([path, some]) => [
      path,
      some?.map(({ status }) => status),
    ]),
  );

/**
 * Has a client ask `count` times, each time for another page. Returns the log's rows in the order in which they were
 * judged, after seeing that the client got exactly those answers.
 */
async function burst(client: ForeignClient, count: number, parallel: number) {
  const { id, secret } = await createToken();
  const urls = Array.from({ length: count }, (_, n) => `${serving.gateway}/v1/locations?limit=${n + 1}`);
  const seen: Attempt[] = [];
  await client.ask(urls, secret, parallel, (attempt) => seen.push(attempt));
  const rows = await logsOnce(file, (found) => found.length >= seen.length, '--token', id);
  rows.reverse();
  expect(statusesByPath(rows)).toEqual(statusesByPath(seen));
  expect(Object.keys(statusesByPath(rows))).toHaveLength(count);
  for (const { status, reason } of rows)
    expect(['200 null', '429 limit.burst']).toContain(`${status} ${reason}`);
  return rows;
}

describe('one request after the other', () => {
  test.concurrent.for(foreignClients)(
    '$name waits as Retry-After says, and is never refused twice in a row',
    async (client, { skip }) => {
      if (client.missing !== null) skip(client.missing);
      const rows = await burst(client, 2 * BURST + 5, 1);
      expect(rows.map(({ status }) => status)).toContain(429);
      for (const [at, row] of rows.entries())
        if (row.status === 429) expect(rows[at + 1]).toMatchObject({ path: row.path, status: 200 });
    },
  );
});

describe('a burst and one more at once', () => {
  test.concurrent.for(foreignClients)('of $name one is refused, once', async (client, { skip }) => {
    if (client.missing !== null) skip(client.missing);
    const rows = await burst(client, BURST + 1, BURST + 1);
    expect(rows.map(({ status }) => status)).toEqual([...Array(BURST).fill(200), 429, 200]);
  });
});

describe('three bursts at once', () => {
  test.concurrent.for(foreignClients)(
    'all of $name are let in, and who is refused again was overtaken since',
    async (client, { skip }) => {
      if (client.missing !== null) skip(client.missing);
      const rows = await burst(client, 3 * BURST, 3 * BURST);
      expect(rows.filter(({ status }) => status === 200)).toHaveLength(3 * BURST);
      const refused = new Map<string, number>();
      for (const [at, { path, status }] of rows.entries()) {
        if (status !== 429) continue;
        const before = refused.get(path);
        if (before !== undefined) expect(rows.slice(before, at).map((row) => row.status)).toContain(200);
        refused.set(path, at);
      }
      expect(refused.size).toBe(2 * BURST);
    },
  );
});

test('503 while the policy cannot be confirmed: each asks again after Retry-After until it is let in', async () => {
  const { secret } = await createToken();
  const present = foreignClients.filter(({ missing }) => missing === null);
  const urls = present.map((_, n) => `${serving.gateway}/v1/locations?limit=${n + 1}`);
  const main = openSqlite(file);
  // The rows of the policy cannot be read any more, and something has changed.
  main.exec('ALTER TABLE policy_change RENAME TO away; UPDATE setting SET value = value');
  const seen: Attempt[] = [];
  try {
    while ((await fetch(`${serving.gateway}/v1/locations`)).status !== 503);
    const asked = present.map((client, n) =>
      client.ask([urls[n] as string], secret, 1, (attempt) => {
        seen.push(attempt);
        if (!main.open || Object.keys(statusesByPath(seen)).length < present.length) return;
        main.exec('ALTER TABLE away RENAME TO policy_change');
        main.close();
      }),
    );
    await Promise.all(asked);
  } finally {
    if (main.open) main.exec('ALTER TABLE away RENAME TO policy_change');
    main.close();
  }
  const statuses = Object.values(statusesByPath(seen)).map((some) => some?.join(' '));
  expect(statuses).toHaveLength(present.length);
  for (const some of statuses) expect(some).toMatch(/^(503 )+200$/);
});
