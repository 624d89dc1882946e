import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { gatehouse, gatehouseJson } from '../support/gatehouse.ts';
import { freePort, makeDatabase, postgresPrograms } from '../support/postgres.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-pg-cli-'));
const keyFile = join(folder, 'instance.key');
let url: string;

beforeAll(async () => {
  url = await makeDatabase(inject('postgres'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = () => ['--db', url, '--key-file', keyFile];
const run = <T>(...args: string[]) => gatehouseJson<T>(...args, ...at());

/** A command that is the caller's mistake: its one line. */
async function mistake(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await gatehouse(...args);
  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({
    code: 2,
    stdout: '',
    lines: 1,
  });
  return stderr;
}

test('an instance is made, with its key, and everything an admin does is done there', async () => {
  expect(await mistake('user', 'list', '--db', url)).toContain('--key-file');
  await run('user', 'add', 'ada@example.org', '--name', 'Ada');
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  await run('location', 'add', 'Harbour Street');
  const made = await run<{ id: string; secret: string }>(
    ...['token', 'create', '--name', 'Payroll', '--user', 'ADA@example.org', '--scope', 'limited'],
    ...['--endpoint', 'shifts', '--location', 'Harbour Street'],
  );
  expect(made.secret).toMatch(/^shf_/);
  expect(await run('token', 'list')).toMatchObject([{ id: made.id, status: 'active' }]);
  await run('limit', 'set', '--per-hour', '5000', '--burst', '50', '--burst-seconds', '10');
  expect(await run('limit', 'show')).toMatchObject({ default: { requestsPerHour: 5_000 } });
  await run('ip', 'add', '203.0.113.0/24', '--label', 'Office');
  expect(await run('ip', 'test', '203.0.113.9')).toMatchObject({ allowed: true });
  await run('token', 'rotate', made.id, '--overlap', '1h');
  await run('token', 'revoke', made.id);
  expect(await run('audit', 'verify')).toMatchObject({ ok: true, unsealed: 0, endKnown: true });
  const entries = await run<{ action: string }[]>('audit', 'list');
  expect(entries.map(({ action }) => action).slice(0, 2)).toEqual(['token.revoke', 'token.rotate']);
  expect(await mistake('user', 'add', 'ADA@example.org', '--name', 'Ada', ...at())).toContain(
    'already a user',
  );
});

test('without the key all but what needs it is done, and what was recorded so is sealed by the next with it', async () => {
  await gatehouseJson('location', 'add', 'Mill Lane', '--db', url);
  const asked = ['--address', '10.0.0.1', '--method', 'GET', '--path', '/v1/shifts'];
  expect(await gatehouseJson('explain', '--anonymous', ...asked, '--db', url)).toMatchObject({
    verdict: 'deny',
  });
  expect(await mistake('key', 'show', '--db', url)).toContain('--key-file');
  expect(await mistake('audit', 'verify', '--db', url)).toContain('--key-file');
  const said = await gatehouse('audit', 'verify', ...at());
  expect(said.code).toBe(0);
  expect(said.stdout).toContain('The last 1 are by a process without the key');
  await run('location', 'add', 'Third Avenue');
  expect(await run('audit', 'verify')).toMatchObject({ ok: true, unsealed: 0 });
});

test('a log that somebody changed in the database is not whole', async () => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`UPDATE audit_entry SET actor = 'os:' || actor WHERE seq = 2`);
  const { code, stdout } = await gatehouse('audit', 'verify', ...at());
  await client.query(`UPDATE audit_entry SET actor = substr(actor, 4) WHERE seq = 2`);
  await client.end();
  expect(code).toBe(1);
  expect(stdout).toContain('Entry 2 is not as it was recorded');
  expect(await run('audit', 'verify')).toMatchObject({ ok: true });
});

test('migrate says that the schema is current, and doctor finds it sound', async () => {
  expect(await run('migrate')).toMatchObject({ made: [], dryRun: false });
  const { healthy, checks } = await run<{ healthy: boolean; checks: { name: string; level: string }[] }>(
    'doctor',
  );
  expect(checks.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(healthy).toBe(true);
  expect(checks.map(({ name }) => name)).toEqual([
    'database',
    'key',
    'schema',
    'clock',
    'gateways',
    'rollups',
  ]);
  const keyless = await gatehouse('doctor', '--db', url);
  expect(keyless.code).toBe(0);
  expect(keyless.stdout).toContain('no key of the instance');
});

test('a dump, restored, is the instance with its whole audit log', async () => {
  const copy = await makeDatabase(inject('postgres'));
  const program = (name: string) => join(postgresPrograms() ?? '', name);
  const dump = join(folder, 'instance.dump');
  execFileSync(program('pg_dump'), ['-Fc', '-f', dump, url]);
  execFileSync(program('pg_restore'), ['--no-owner', '--exit-on-error', '-d', copy, dump]);
  const restored = ['--db', copy, '--key-file', keyFile];
  expect(await gatehouseJson('token', 'list', ...restored)).toEqual(await run('token', 'list'));
  expect(await gatehouseJson('audit', 'verify', ...restored)).toMatchObject({ ok: true });
  expect(await gatehouseJson('migrate', ...restored)).toMatchObject({ made: [] });
  expect(await mistake('user', 'add', 'ADA@example.org', '--name', 'Ada', ...restored)).toContain(
    'already a user',
  );
});

test('what cannot be is one line that never has the password', async () => {
  const port = await freePort();
  const away = await gatehouse('user', 'list', '--db', `postgres://u:hunter2@127.0.0.1:${port}/x`);
  // It may pass, so whoever starts services may try again.
  expect(away.code).toBe(1);
  expect(away.stderr.trim().split('\n')).toHaveLength(1);
  expect(away.stderr).toContain(`127.0.0.1:${port}`);
  const doctor = await gatehouse('doctor', '--db', `postgres://u:hunter2@127.0.0.1:${port}/x`, '--json');
  expect(doctor.code).toBe(1);
  expect(JSON.parse(doctor.stdout)).toMatchObject({
    healthy: false,
    checks: [{ name: 'database', level: 'fail' }],
  });
  const bad = [
    await mistake('user', 'list', '--db', 'postgres://u:hunter2@'),
    await mistake('user', 'list', '--db', 'postgres://u:hunter2#x@127.0.0.1/x'),
    await mistake('user', 'list', '--db', 'postgres://u:hunter2@127.0.0.1'),
    await mistake('user', 'list', '--db', 'postgres://u:hunter2%zz@127.0.0.1/x'),
  ];
  for (const text of bad) expect(text).toContain('postgres://USER:PASSWORD@HOST:PORT/DATABASE');
  for (const text of [...bad, away.stderr, doctor.stdout]) expect(text).not.toContain('hunter2');
  expect(await mistake('backup', '--db', url, '--out', join(folder, 'b.tar'))).toContain('pg_dump');
  expect(await mistake('restore', join(folder, 'b.tar'), '--db', url)).toContain('pg_restore');
  expect(await mistake('user', 'list', '--db', join(folder, 'a.db'), '--key-file', keyFile)).toContain(
    '--key-file',
  );
  expect(existsSync(join(folder, 'a.db'))).toBe(false);
});
