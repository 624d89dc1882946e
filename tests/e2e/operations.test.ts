import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Migrator } from 'kysely/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrations } from '../../src/db/migrations/index.ts';
import { kyselyOver, openSqlite } from '../../src/db/open.ts';
import type { Schema } from '../../src/db/schema.ts';
import { holdFile } from '../../src/gateway/process-row.ts';
import { gatehouse, gatehouseJson, type LoggedRow, type Serving, serve } from '../support/gatehouse.ts';

/** Running an instance, as who operates it does: the commands in processes of their own. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-operations-'));
const file = join(folder, 'instance.db');
const on = ['--db', file];
let serving: Serving;
let secret: string;

beforeAll(async () => {
  serving = await serve(file, '--demo');
  await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...on);
  const limit = ['--per-hour', '1000000', '--burst', '1000000', '--burst-seconds', '3600'];
  await gatehouse('limit', 'set', ...limit, ...on);
  ({ secret } = await gatehouseJson<{ secret: string }>(
    ...['token', 'create', ...on, '--name', 'Load', '--user', 'ada@example.org', '--scope', 'full'],
  ));
});
afterAll(async () => {
  await serving.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  /** null: no answer came. */
  readonly requestId: string | null;
  /** Why no answer came: as ECONNREFUSED. */
  readonly code: string | null;
  /** Whether the connection had served a request before. */
  readonly reused: boolean;
}

/** One request on a connection of the agent, without a retry. */
const ask = (method: string, path: string, agent: Agent, body?: string): Promise<Asked> =>
  new Promise((resolve) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    const request = httpRequest(serving.gateway + path, { method, headers, agent }, (response) => {
      response.resume();
      const requestId = String(response.headers['x-request-id']);
      response.on('end', () => resolve({ requestId, code: null, reused: request.reusedSocket }));
    });
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ requestId: null, code: error.code ?? error.message, reused: request.reusedSocket }),
    );
    request.end(body);
  });

test('SIGTERM under load: whatever was taken is answered, and has its one row', async () => {
  const asked: Asked[] = [];
  const report = JSON.stringify({ kind: 'hours', from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' });
  for (let round = 1; round <= 3; round++) {
    const agent = new Agent({ keepAlive: true });
    const hammer = async (method: string, path: string, body?: string) => {
      for (let one: Asked | null = null; one === null || one.code === null; ) {
        one = await ask(method, path, agent, body);
        asked.push(one);
        if (asked.length === round * 400) serving.process.kill('SIGTERM');
      }
    };
    const ended = once(serving.process, 'exit');
    await Promise.all([
      ...Array.from({ length: 12 }, () => hammer('GET', '/v1/shifts')),
      ...Array.from({ length: 4 }, () => hammer('POST', '/v1/reports', report)),
    ]);
    expect(await ended).toEqual([0, null]);
    agent.destroy();
    serving = await serve(file);
  }
  // Who had a connection was told that it ends. Of new ones, those that came too late were not let in.
  expect(asked.filter(({ code, reused }) => code !== null && reused)).toEqual([]);
  const rows = await gatehouseJson<LoggedRow[]>('logs', ...on, '--limit', '100000');
  const answered = asked.flatMap(({ requestId }) => requestId ?? []);
  expect(rows.map(({ requestId }) => requestId).sort()).toEqual(answered.sort());
  const usage = await gatehouseJson<{ total: number }>('usage', ...on);
  expect(usage.total).toBe(answered.length);
});

const doctor = () =>
  gatehouseJson<{ healthy: boolean; checks: { name: string; level: string; detail: string }[] }>(
    'doctor',
    ...on,
  );

test('backup, restore, doctor and migrate, beside a gateway that serves', async () => {
  const agent = new Agent({ keepAlive: true });
  for (let n = 0; n < 50; n++) await ask('GET', '/v1/shifts', agent);
  agent.destroy();
  const out = join(folder, 'backup.tar');
  const made = await gatehouse('backup', ...on, '--out', out);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(made.stdout).toContain('does not hold the key');
  expect(await gatehouse('backup', ...on, '--out', out)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('exists already'),
  });

  const to = join(folder, 'restored.db');
  const keyless = await gatehouse('restore', out, '--db', to);
  expect(keyless.code).toBe(2);
  expect(keyless.stderr).toContain('--key-file');
  const restored = await gatehouseJson<{ keyFrom: string; keysLacking: string[] }>(
    ...['restore', out, '--db', to, '--key-file', `${file}.key`],
  );
  expect(restored).toMatchObject({ keyFrom: 'option', keysLacking: [] });
  const idsOf = async (db: string) =>
    (await gatehouseJson<LoggedRow[]>('logs', '--db', db, '--limit', '100000'))
      .map(({ requestId }) => requestId)
      .sort();
  expect(await idsOf(to)).toEqual(await idsOf(file));

  const found = await doctor();
  expect(found.checks.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(found.checks.find(({ name }) => name === 'holder')?.detail).toContain(serving.gateway);
  chmodSync(`${to}.key`, 0o644);
  const unwell = await gatehouse('doctor', '--db', to, '--json');
  expect(unwell.code).toBe(1);
  expect(JSON.parse(unwell.stdout)).toMatchObject({ healthy: false });
  expect((await gatehouse('doctor', '--db', join(folder, 'none.db'))).code).toBe(2);
});

test('migrate says from where to where, all or nothing, and not under a gateway that serves', async () => {
  const current = await gatehouseJson<{ to: string }>('migrate', ...on);
  const names = Object.keys(migrations);
  expect(current).toEqual({ from: names.at(-1), to: names.at(-1), made: [], dryRun: false });

  const old = join(folder, 'old.db');
  const db = kyselyOver<Schema>(openSqlite(old));
  const earlier = Object.fromEntries(Object.entries(migrations).slice(0, 3));
  await new Migrator({ db, provider: { getMigrations: async () => earlier } }).migrateToLatest();
  await db.destroy();
  const todo = { from: names[2], to: names.at(-1), made: names.slice(3) };
  const migrate = (...args: string[]) => gatehouseJson('migrate', '--db', old, ...args);
  expect(await migrate('--dry-run')).toEqual({ ...todo, dryRun: true });
  const hold = holdFile(old, Date.now());
  expect(await gatehouse('migrate', '--db', old)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(String(process.pid)),
  });
  hold.release();
  expect(await migrate('--dry-run')).toEqual({ ...todo, dryRun: true });
  expect(await migrate()).toEqual({ ...todo, dryRun: false });
  expect(await migrate()).toMatchObject({ from: names.at(-1), made: [] });
  expect((await gatehouse('migrate', '--db', join(folder, 'none.db'))).code).toBe(2);
});

test('the admin port tells health, and metrics that count what was asked', async () => {
  const agent = new Agent({ keepAlive: true });
  for (let n = 0; n < 7; n++) await ask('GET', '/v1/locations', agent);
  agent.destroy();
  expect((await fetch(`${serving.admin}/healthz`)).status).toBe(200);
  expect(await (await fetch(`${serving.admin}/readyz`)).json()).toEqual({ ready: true, reason: null });
  const metrics = await (await fetch(`${serving.admin}/metrics`)).text();
  const counted = /^gatehouse_requests_total\{class="2xx",reason="none"\} (\d+)$/m.exec(metrics)?.[1];
  expect(Number(counted)).toBeGreaterThanOrEqual(7);
  expect(metrics).not.toContain(secret);
});

test('the systemd unit starts serve with options that it has', async () => {
  const unit = readFileSync(join(import.meta.dirname, '../../resources/gatehouse.service'), 'utf8');
  const command = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
  const { stdout: help } = await gatehouse('serve', '--help');
  const options = command.match(/--[a-z-]+/g) ?? [];
  expect(command).toContain('gatehouse.js serve ');
  expect(options.length).toBeGreaterThan(3);
  for (const option of options) expect(help).toContain(option);
});
