import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { type Cuttable, startCuttable, through } from '../support/cut.ts';
import { gatehouse, type Serving, serve } from '../support/gatehouse.ts';
import { makeDatabase } from '../support/postgres.ts';

async function served() {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-'));
  const url = await makeDatabase(inject('postgres'));
  const way = await startCuttable(Number(new URL(url).port));
  const args = ['--key-file', join(folder, 'key'), '--data-dir', join(folder, 'data')];
  const serving = await serve(through(url, way.port), ...args);
  onTestFinished(async () => {
    serving.process.kill('SIGKILL');
    await way.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { url, way, args, serving };
}

test('what a gateway on Postgres needs beside the database is named where it lacks', async () => {
  const url = await makeDatabase(inject('postgres'));
  const ran = await gatehouse('serve', '--db', url);
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('--key-file FILE and --data-dir FOLDER');
  const old = await gatehouse('serve', '--db', url, '--max-policy-age', '5d');
  expect(old.code).toBe(2);
});

test('a second one in the same folder ends with 2, and names the first', async () => {
  const { url, args, serving } = await served();
  const ran = await gatehouse('serve', '--db', url, ...args, '--port', '0', '--admin-port', '0');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain(`process ${serving.process.pid}, at ${serving.gateway}`);
  expect(await serving.end('SIGTERM')).toBe(0);
});

const text = async ({ admin }: Serving, path: string) => {
  const answer = await fetch(`${admin}${path}`);
  return { status: answer.status, text: await answer.text() };
};

const outages: (keyof Pick<Cuttable, 'cut' | 'silence'>)[] = ['cut', 'silence'];
test.each(outages)(
  'while the database is away (%s) it says so to whoever watches, and ends on SIGTERM with 0',
  async (away) => {
    const { way, serving } = await served();
    expect(await text(serving, '/readyz')).toMatchObject({ status: 200 });
    way[away]();
    await expect
      .poll(() => text(serving, '/readyz'), { timeout: 15_000 })
      .toEqual({ status: 503, text: '{"ready":false,"reason":"policy.stale"}' });
    expect(await text(serving, '/healthz')).toMatchObject({ status: 200 });
    expect((await text(serving, '/metrics')).text).toMatch(/^gatehouse_policy_age_seconds ([5-9]|\d\d)/m);
    expect(await serving.end('SIGTERM')).toBe(0);
  },
  60_000,
);
