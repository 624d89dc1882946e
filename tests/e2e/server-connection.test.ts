import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite } from '../../src/db/open.ts';
import { makeCertificate } from '../support/certificate.ts';
import { startDesktop } from '../support/desktop.ts';
import { gatehouseJson, gatehouseWith, type Serving, serve } from '../support/gatehouse.ts';
import { button, openTab } from '../support/main-job.ts';
import { makeSecretService } from '../support/secret-service.ts';
import { credentialsIn, heapOf, inKeychain, profileFiles, storageOf } from '../support/where-secrets-are.ts';

/** The desktop app on a server that it does not run on, with the credential in a real keychain. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-server-connection-'));
const file = join(folder, 'remote.db');
const PASSWORD = 'correct horse battery';
const service = makeSecretService();
let session: Awaited<ReturnType<typeof service.start>>;
let serving: Serving;
let app: ElectronApplication;
let page: Page;

const start = async () => {
  app = await startDesktop(folder, { given: false, env: session.env });
  page = await app.firstWindow();
};
const stop = async () => {
  const child = app.process();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};
const serveWith = async (name: string, ...args: string[]) => {
  const { cert, key } = makeCertificate(folder, name);
  return serve(file, '--tls-cert', cert, '--tls-key', key, ...args);
};

beforeAll(async () => {
  session = await service.start();
  const added = await gatehouseWith(
    { input: `${PASSWORD}\n` },
    ...['admin', 'add', 'ada', '--role', 'owner', '--password-stdin', '--db', file],
  );
  expect(added.code).toBe(0);
  serving = await serveWith('first', '--demo');
  await start();
});

afterAll(async () => {
  if (app?.process().exitCode === null) await stop();
  await serving?.end('SIGKILL');
  session?.stop();
  service.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a server is added: tested, its key trusted on the admin’s word, protected', async () => {
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
  await button(page, 'Start empty').click();
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await button(page, 'Add a connection').click();
  const form = page.getByRole('dialog', { name: 'Add a connection' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Production');
  await form.getByText('A server', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Address' }).fill('http://gatehouse.example:8788');
  await form.getByRole('textbox', { name: 'Admin account' }).fill('ada');
  await form.getByRole('button', { name: 'Test' }).click();
  await form.getByText(/beyond this machine it must be https/).waitFor();
  await form.getByRole('textbox', { name: 'Address' }).fill(serving.admin);
  await form.getByRole('button', { name: 'Test' }).click();
  await form.getByText('This computer does not trust the certificate').waitFor();
  await form.getByRole('button', { name: 'Trust this key' }).click();
  await form.getByText('The server answers, and you trust its key.').waitFor();
  await form.getByRole('checkbox', { name: 'Protected' }).check();
  await form.getByRole('button', { name: 'Add the connection' }).click();
  await page.getByRole('listitem', { name: 'Production' }).waitFor();
});

test('switching to it asks for the password, and a wrong one is refused', async () => {
  await button(page, 'Switch to Production').click();
  await page.getByRole('heading', { level: 1, name: 'Production' }).waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong horse battery');
  await button(page, 'Sign in').click();
  await page.getByText(/name or the password is wrong/).waitFor();
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await page.getByRole('heading', { level: 1, name: 'API Tokens' }).waitFor();
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('a change is asked about first, since the connection is protected', async () => {
  await openTab(page, 'Settings');
  await page.getByRole('link', { name: 'Units, locations, groups' }).click();
  const units = page.getByRole('region', { name: 'Business units' });
  const add = async () => {
    await units.getByRole('textbox', { name: 'Name of the new business unit' }).fill('Night shift');
    await units.getByRole('button', { name: 'Add' }).click();
  };
  await add();
  const question = page.getByRole('dialog', { name: 'Change Production?' });
  await question.getByRole('button', { name: 'Leave it as it is' }).click();
  await units.getByText('Nothing was changed').waitFor();
  await add();
  await question.getByRole('button', { name: 'Change Production' }).click();
  await units.getByText('Night shift').waitFor();
  const shown = await gatehouseJson<{ name: string }[]>('unit', 'list', '--db', file);
  expect(shown.map(({ name }) => name)).toContain('Night shift');
});

test('the credential is in the keychain alone: not in the page, not in the profile', async () => {
  const { refresh, access } = credentialsIn(await inKeychain(session.env));
  const files = profileFiles(folder);
  expect(files.some(({ path }) => path.endsWith('connections.json'))).toBe(true);
  for (const { path, bytes } of files)
    for (const secret of [refresh, access, PASSWORD]) expect(bytes.includes(secret), path).toBe(false);
  expect(await storageOf(page)).not.toContain(refresh);
  const heap = await heapOf(page);
  // It is really the page's heap that was read.
  expect(heap.includes('Night shift')).toBe(true);
  for (const secret of [refresh, access]) expect(heap.includes(secret)).toBe(false);
  expect(/gh[ar]_[0-9A-Za-z_-]{20,}/.test(heap)).toBe(false);
});

test('after a restart nobody has to sign in again', async () => {
  await stop();
  await start();
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('a server that is lost is shown, and found again', async () => {
  const port = new URL(serving.admin).port;
  await serving.end('SIGKILL');
  await page.getByText('The server does not answer · trying again').waitFor();
  serving = await serve(
    ...([file, '--tls-cert', join(folder, 'first.crt'), '--tls-key', join(folder, 'first.key')] as const),
    ...['--admin-port', port],
  );
  await page.getByText('The server does not answer · trying again').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('another key gets nothing, and the admin is asked', async () => {
  const port = new URL(serving.admin).port;
  await serving.end('SIGTERM');
  serving = await serveWith('second', '--admin-port', port);
  await page.getByText('The key of this server has changed').waitFor();
  await button(page, 'Trust the new key').click();
  // The credential is still good; only the key is another.
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('signing out forgets the credential, here and there', async () => {
  await button(page, 'Account').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Production' }).waitFor();
  expect(await inKeychain(session.env)).not.toContain('secret = ');
  await button(page, 'This computer').click();
  await button(page, 'Connection: This computer').waitFor();
});

test('the command line signs in to the keychain as well, and several commands at once renew it once', async () => {
  const env = { ...session.env, NODE_EXTRA_CA_CERTS: join(folder, 'second.crt'), HOME: folder };
  const args = ['--server', serving.admin];
  const without = await gatehouseWith({ env }, 'token', 'list', ...args, '--json');
  expect(without).toMatchObject({ code: 2 });
  expect(without.stderr).toContain('sign in first');
  const signedIn = await gatehouseWith(
    { env, input: `${PASSWORD}\n` },
    ...['login', ...args, '--user', 'ada', '--password-stdin'],
  );
  expect(signedIn).toMatchObject({ code: 0, stdout: 'Signed in as ada (owner).\n' });
  expireAccess();
  const lists = await Promise.all(
    Array.from({ length: 3 }, () => gatehouseWith({ env }, 'token', 'list', ...args, '--json')),
  );
  for (const { code, stdout } of lists) {
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toContain('Payroll export');
  }
  expect(await gatehouseWith({ env }, 'logout', ...args)).toMatchObject({ code: 0 });
  expect(await inKeychain(session.env)).not.toContain('secret = ');
});

test('a certificate that nobody has vouched for yet is asked about when one switches to it', async () => {
  await openTab(page, 'Settings');
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await button(page, 'Add a connection').click();
  const form = page.getByRole('dialog', { name: 'Add a connection' });
  await form.getByRole('textbox', { name: 'Name' }).fill('Untried');
  await form.getByText('A server', { exact: true }).click();
  await form.getByRole('textbox', { name: 'Address' }).fill(serving.admin);
  await form.getByRole('textbox', { name: 'Admin account' }).fill('bo');
  await form.getByRole('button', { name: 'Add the connection' }).click();
  await button(page, 'Switch to Untried').click();
  await page.getByText('This computer does not trust the certificate').waitFor();
  await button(page, 'Trust this key').click();
  await page.getByRole('textbox', { name: 'Password' }).waitFor();
  await button(page, 'This computer').click();
  await button(page, 'Connection: This computer').waitFor();
});

/** The server's clock cannot be moved from here: this moves what it compares with. */
function expireAccess(): void {
  const db = openSqlite(file);
  db.exec("UPDATE admin_credential SET expires_at = 0 WHERE kind = 'access'");
  db.close();
}
