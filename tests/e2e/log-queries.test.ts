import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import type { LogRow } from '../../src/features/logs/contract.ts';
import { entry, gatehouse, gatehouseWith, type Serving, serve } from '../support/gatehouse.ts';
import { ENGINES } from '../support/instance.ts';
import { makeDatabase } from '../support/postgres.ts';

const PASSWORD = 'correct horse battery';
const AGENT = 'night-shift/1 (X11)';

/** Asking the log on the command line: of an instance, and of the server that runs it. */
describe.each(ENGINES)('the log of an instance on %s', (engine) => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-queries-'));
  let serving: Serving;
  let credential: string;
  let secret: string;
  /** How the instance is meant: by its place, and as a server. */
  let places: { place: string[]; server: string[] };
  let all: LogRow[];

  const withCredential = (...args: string[]) =>
    gatehouseWith({ env: { GATEHOUSE_CREDENTIAL: credential } }, ...args);
  async function rowsOf(expression: string[], ...options: string[]): Promise<LogRow[]> {
    const ran = await withCredential('logs', 'query', ...expression, '--json', ...options);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    return JSON.parse(ran.stdout) as LogRow[];
  }
  const call = (path: string, init: RequestInit = {}) =>
    fetch(`${serving.gateway}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${secret}`, 'user-agent': AGENT },
    }).then((answer) => answer.arrayBuffer());

  beforeAll(async () => {
    const db = engine === 'sqlite' ? join(folder, 'instance.db') : await makeDatabase(inject('postgres'));
    const keys = engine === 'sqlite' ? [] : ['--key-file', join(folder, 'key')];
    const place = ['--db', db, ...keys];
    const mustRun = async (input: string, ...args: string[]) => {
      const ran = await gatehouseWith({ input }, ...args);
      if (ran.code !== 0) throw new Error(ran.stderr);
      return ran.stdout;
    };
    await mustRun('', 'user', 'add', 'ada@example.org', '--name', 'Ada', ...place);
    const token = ['token', 'create', '--name', 'Payroll, new', '--user', 'ada@example.org'];
    const made = await mustRun('', ...token, '--scope', 'read-only', '--json', ...place);
    secret = (JSON.parse(made) as { secret: string }).secret;
    const owner = ['admin', 'add', 'olga', '--role', 'owner', '--password-stdin'];
    await mustRun(`${PASSWORD}\n`, ...owner, ...place);
    serving = await serve(db, ...keys, ...(engine === 'sqlite' ? [] : ['--data-dir', join(folder, 'data')]));
    const server = ['--server', serving.admin];
    const login = ['login', '--user', 'olga', '--password-stdin', '--print'];
    credential = (await mustRun(`${PASSWORD}\n`, ...login, ...server)).trim();
    places = { place, server };

    for (const path of ['/v1/shifts', '/v1/shifts?limit=5', '/v1/locations', '/v1/nothing', '/v1/shifts'])
      await call(path);
    await call('/v1/shifts', { method: 'POST', body: '{"note":"Ärger"}' });
    await fetch(`${serving.gateway}/v1/shifts`).then((answer) => answer.arrayBuffer());
    // A reader may be a second behind.
    for (const deadline = Date.now() + 15_000; ; ) {
      all = await rowsOf([], ...place);
      if (all.length === 7) break;
      if (Date.now() > deadline) throw new Error(`the log has ${all.length} rows`);
    }
  });
  afterAll(async () => {
    await serving?.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  const asked: [expression: string[], holds: (row: LogRow) => boolean, count: number][] = [
    [['status:2xx'], ({ status }) => status === 200, 4],
    [['-status:2xx'], ({ status }) => status !== 200, 3],
    [['-status:2xx', 'token:*'], ({ status, tokenId }) => status !== 200 && tokenId !== null, 2],
    [['token:"payroll, NEW"'], ({ tokenName }) => tokenName !== null, 6],
    [['token:"" outcome:denied'], ({ reason }) => reason === 'token.missing', 1],
    [['endpoint:shifts -endpoint:"POST *"'], ({ endpoint }) => endpoint === 'GET /v1/shifts', 4],
    [['path:/v1/shifts*limit*'], ({ path }) => path.includes('limit=5'), 1],
    [
      ['path:/v1/shifts method:get'],
      ({ path, method }) => path.startsWith('/v1/shifts') && method === 'GET',
      4,
    ],
    [['reason:scope.*,endpoint.unknown'], ({ reason }) => /^(scope|endpoint)/.test(reason ?? ''), 2],
    [['address:127.0.0.0/8', 'ms:>=0', 'out:>0'], () => true, 7],
    [['agent:night-shift/*'], ({ userAgent }) => userAgent === AGENT, 6],
    [
      ['NIGHT-shift', '-"/v1/locations"'],
      ({ userAgent, path }) => userAgent === AGENT && path !== '/v1/locations',
      5,
    ],
    [['ms:<0'], () => false, 0],
  ];
  test.each(asked)(
    '%j finds exactly what it describes, of the instance and of its server',
    async (...row) => {
      const [expression, holds, count] = row;
      const expected = all.filter(holds);
      expect(expected).toHaveLength(count);
      for (const place of [places.place, places.server])
        expect(await rowsOf(expression, ...place)).toEqual(expected);
    },
  );

  test('a limit, a range and the old options narrow it', async () => {
    const { place } = places;
    const [newest, second, third] = all as [LogRow, LogRow, LogRow];
    expect(await rowsOf([], '--limit', '2', ...place)).toEqual([newest, second]);
    const range = ['--from', String(third.time), '--to', String(newest.time)];
    const within = all.filter(({ time }) => time >= third.time && time < newest.time);
    expect(await rowsOf([], ...range, ...place)).toEqual(within);
    const tokenId = all.find((row) => row.tokenId !== null)?.tokenId ?? '';
    const old = ['logs', '--token', tokenId, '--status', '4xx', '--endpoint', 'shifts', '--json', ...place];
    expect(JSON.parse((await gatehouse(...old)).stdout)).toEqual(
      all.filter((row) => row.tokenId !== null && row.status >= 400 && row.endpoint?.endsWith('/v1/shifts')),
    );
  });

  test('as a table it has a line a row under its headings, and says when there is none', async () => {
    const table = await gatehouse('logs', 'query', 'status:2xx', ...places.place);
    expect(table.stdout.split('\n')[0]).toMatch(/^TIME +STATUS +MS +REQUEST +TOKEN/);
    expect(table.stdout.trim().split('\n')).toHaveLength(5);
    const none = await gatehouse('logs', 'query', 'status:418', ...places.place);
    expect([none.code, none.stdout]).toEqual([0, 'No request matches.\n']);
  });

  test('a mistake in an expression is one line that says where it is', async () => {
    for (const place of [places.place, places.server])
      for (const command of ['query', 'tail']) {
        const ran = await withCredential('logs', command, 'ms:>5 stat:200', ...place);
        expect(ran).toEqual({
          code: 2,
          stdout: '',
          stderr:
            'gatehouse: The filter query is not valid: there is no field "stat"; did you mean status? (at character 7).\n',
        });
      }
  });

  test('an export has the rows of its expression, and its manifest the expression', async () => {
    const out = join(folder, 'shifts.ndjson');
    const exported = await gatehouse(
      'logs',
      'export',
      '-status:2xx',
      'token:*',
      '--out',
      out,
      ...places.place,
    );
    expect([exported.code, exported.stderr]).toEqual([0, '']);
    const ids = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as LogRow).requestId);
    const expected = all.filter(({ status, tokenId }) => status !== 200 && tokenId !== null);
    expect(ids.toSorted()).toEqual(expected.map(({ requestId }) => requestId).toSorted());
    const manifest = JSON.parse(readFileSync(`${out}.manifest.json`, 'utf8'));
    expect(manifest).toMatchObject({ filter: { query: '-status:2xx token:*' }, rows: ids.length });
  });

  /** `logs tail` as it runs, and the rows that it prints, one after the other. */
  function tail(...args: string[]) {
    const child: ChildProcess = spawn(process.execPath, [entry, 'logs', 'tail', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, GATEHOUSE_CREDENTIAL: credential },
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    if (child.stdout === null) throw new Error('its output is piped');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    return {
      child,
      exited: once(child, 'exit'),
      next: async () => JSON.parse((await lines.next()).value ?? 'null') as LogRow | null,
    };
  }

  test.each(['place', 'server'] as const)(
    'a tail of the %s prints what arrives and matches, a JSON a line, and ends with 0 when it is interrupted',
    async (where) => {
      const { child, exited, next } = tail('path:*tail=*', '-path:*tail=2', '--json', ...places[where]);
      // It says nothing when it has begun: asked until it prints one.
      let begun = false;
      const first = next().then((row) => {
        begun = true;
        return row;
      });
      while (!begun) {
        await call('/v1/locations?tail=1');
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(await first).toMatchObject({
        path: '/v1/locations?tail=1',
        tokenName: 'Payroll, new',
      });
      for (const path of ['/v1/locations?tail=2', '/v1/nothing', '/v1/locations?tail=3']) await call(path);
      let row = await next();
      while (row?.path === '/v1/locations?tail=1') row = await next();
      expect(row?.path).toBe('/v1/locations?tail=3');
      child.kill('SIGINT');
      expect(await exited).toEqual([0, null]);
    },
  );
});

test('a range that ends before it begins is refused, and its options are named', async () => {
  const range = ['--from', '2026-11-24', '--to', '2026-11-22'];
  const { code, stderr } = await gatehouse('logs', 'query', ...range, '--db', 'nowhere.db');
  expect([code, stderr]).toEqual([2, 'gatehouse: --from: 2026-11-24 is not before --to (2026-11-22)\n']);
});

test('an export that is interrupted says so in a line, and leaves no file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cancelled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const db = join(folder, 'instance.db');
  const made = await gatehouse('demo', 'traffic', '--rows', '100000', '--days', '1', '--db', db);
  expect(made.code).toBe(0);
  const out = join(folder, 'out.har');
  const args = ['logs', 'export', '--format', 'har', '--out', out, '--db', db];
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const said: string[] = [];
  // The first is its progress: it has begun.
  for await (const line of createInterface({ input: child.stderr })) {
    if (said.push(line) === 1) child.kill('SIGINT');
  }
  expect(await exited).toEqual([1, null]);
  expect(said.at(-1)).toBe('gatehouse: the export was cancelled; no file was left');
  expect(said.filter((line) => !line.includes(' a second'))).toHaveLength(1);
  expect(readdirSync(folder).filter((name) => name.startsWith('out'))).toEqual([]);
});

test('every command of the log explains the language', async () => {
  for (const command of ['query', 'tail', 'export']) {
    const { code, stdout } = await gatehouse('logs', command, '--help');
    expect([command, code]).toEqual([command, 0]);
    for (const part of [
      'status:4xx,503',
      'endpoint:"GET /v1/shifts/{id}"',
      'Commas part alternatives',
      'Examples:',
    ])
      expect(stdout).toContain(part);
  }
});
