import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite } from '../../src/db/open.ts';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { makeCertificate } from '../support/certificate.ts';
import { gatehouse, gatehouseJson, gatehouseWith, type Serving, serve } from '../support/gatehouse.ts';
import { openTab } from '../support/main-job.ts';

/** A server whose admins sign in by password: with the command line, and with the console in a browser. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-admins-'));
const file = join(folder, 'instance.db');
const PASSWORD = 'correct horse battery';
const { cert, key } = makeCertificate(folder, 'localhost');
const trusting = { NODE_EXTRA_CA_CERTS: cert };
let serving: Serving;
let server: string;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

const addAdmin = (name: string, role: string) =>
  gatehouseWith(
    { input: `${PASSWORD}\n` },
    ...['admin', 'add', name, '--role', role, '--password-stdin', '--db', file],
  );
const login = (user: string, password = PASSWORD) =>
  gatehouseWith(
    { input: `${password}\n`, env: trusting },
    ...['login', '--server', server, '--user', user, '--password-stdin', '--print'],
  );
/** Time cannot be moved in the server's process: this moves what it compares with. */
function inDatabase(statement: string): void {
  const db = openSqlite(file);
  db.exec(statement);
  db.close();
}

beforeAll(async () => {
  expect((await addAdmin('ada', 'owner')).code).toBe(0);
  expect((await addAdmin('bo', 'auditor')).code).toBe(0);
  [serving, browser] = await Promise.all([
    serve(file, '--demo', '--tls-cert', cert, '--tls-key', key),
    startBrowser(),
  ]);
  server = `https://localhost:${new URL(serving.admin).port}`;
  const context = await browser.newContext({
    viewport: { width: 1024, height: 640 },
    ignoreHTTPSErrors: true,
  });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('the command line', () => {
  test('with accounts no sign-in link is printed', () => {
    expect(serving.signIn).toBeNull();
    expect(serving.admin).toMatch(/^https:/);
  });

  test('signs in, and asks the server as that admin', async () => {
    const signedIn = await login('ada');
    const env = { ...trusting, GATEHOUSE_CREDENTIAL: signedIn.stdout.trim() };
    const asAda = (...args: string[]) => gatehouseWith({ env }, ...args, '--server', server);
    expect((await asAda('user', 'add', 'eve@example.org', '--name', 'Eve')).code).toBe(0);
    const created = await asAda(
      ...['token', 'create', '--name', 'T', '--user', 'eve@example.org', '--scope', 'full', '--json'],
    );
    const { id } = JSON.parse(created.stdout) as { id: string };
    const db = openSqlite(file, { readonly: true });
    expect(db.prepare('SELECT created_by FROM token WHERE id = ?').pluck().get(id)).toBe('admin:ada');
    db.close();
    expect((await asAda('key', 'replace')).code).toBe(0);
    expect((await asAda('logs', '--json')).stdout).toMatch(/^\[/);
    expect((await asAda('logout')).code).toBe(0);
    const late = await asAda('token', 'list');
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining('does not accept the credential')]);
  });

  test('an auditor reads and is refused in one line what changes anything', async () => {
    const env = { ...trusting, GATEHOUSE_CREDENTIAL: (await login('bo')).stdout.trim() };
    const asBo = (...args: string[]) => gatehouseWith({ env }, ...args, '--server', server);
    expect((await asBo('token', 'list')).code).toBe(0);
    const refused = await asBo('user', 'add', 'x@example.org', '--name', 'X');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'gatehouse: This needs at least the role admin; admin:bo has the role auditor.\n',
    ]);
  });

  test('a wrong password, a missing credential and an untrusted certificate are one line each', async () => {
    const wrong = await login('ada', 'not the password');
    expect([wrong.code, wrong.stdout, wrong.stderr]).toEqual([
      2,
      '',
      'gatehouse: The name or the password is wrong.\n',
    ]);
    const missing = await gatehouse('token', 'list', '--server', server);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('sign in first')]);
    const untrusted = await gatehouseWith(
      { env: { GATEHOUSE_CREDENTIAL: 'x'.repeat(30), NODE_EXTRA_CA_CERTS: '' } },
      ...['token', 'list', '--server', server],
    );
    expect([untrusted.code, untrusted.stderr]).toEqual([2, expect.stringContaining('self-signed')]);
    const plain = await gatehouse('token', 'list', '--server', 'http://gatehouse.example');
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining('must be https')]);
  });

  test('accounts are added, disabled and given passwords on the file itself', async () => {
    const on = ['--db', file];
    const made = await gatehouseJson<{ password: string }>('admin', 'add', 'cy', '--role', 'admin', ...on);
    expect((await login('cy', made.password)).code).toBe(0);
    const reset = await gatehouseJson<{ password: string }>('admin', 'reset-password', 'CY', ...on);
    expect((await login('cy', made.password)).code).toBe(2);
    expect((await login('cy', reset.password)).code).toBe(0);
    expect(await gatehouseJson('admin', 'disable', 'cy', ...on)).toMatchObject({
      active: false,
      sessions: 0,
    });
    expect((await login('cy', reset.password)).code).toBe(2);
    const last = await gatehouse('admin', 'disable', 'ada', ...on);
    expect([last.code, last.stderr]).toEqual([2, expect.stringContaining('only owner')]);
  });
});

describe('the console', () => {
  const dialog = (name: string | RegExp) => page.getByRole('dialog', { name });
  const row = (name: string) => page.getByRole('table', { name: 'Admins' }).getByRole('row', { name });
  const menu = async (name: string, item: string) => {
    await page.getByRole('button', { name: `Actions for ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const signIn = async (user: string, password = PASSWORD) => {
    await page.getByLabel('Name').fill(user);
    await page.getByRole('textbox', { name: 'Password' }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const inBothThemes = async (look: () => Promise<void>) => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await look();
    }
  };
  const hasNoSeriousFaults = async () => expect(await seriousFaults(page)).toEqual([]);

  test('asks for name and password, and says what is wrong with them', async () => {
    await page.goto(server);
    await page.getByRole('heading', { name: 'Sign in to Gatehouse' }).waitFor();
    await inBothThemes(hasNoSeriousFaults);
    await signIn('ada', 'not the password');
    await page.getByText('The name or the password is wrong').waitFor();
    await hasNoSeriousFaults();
    await signIn('ada');
    await page.getByRole('heading', { name: 'API Tokens' }).waitFor();
  });

  test('adds an admin with a password that it makes', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Admins' }).click();
    await row('ada').waitFor();
    await inBothThemes(hasNoSeriousFaults);
    await page.getByRole('button', { name: 'Add an admin' }).click();
    const form = dialog('Add an admin');
    await form.getByLabel('Name').fill('Dee');
    await form.getByRole('button', { name: 'Make one' }).click();
    const password = await form.getByRole('textbox', { name: 'Password' }).inputValue();
    await inBothThemes(hasNoSeriousFaults);
    await form.getByRole('button', { name: 'Add the admin' }).click();
    await row('dee').waitFor();
    expect((await login('dee', password)).code).toBe(0);
  });

  test('asks for the password again before a role changes, and not before an account is disabled', async () => {
    inDatabase('UPDATE admin_session SET stepped_up_at = 0');
    await menu('dee', 'Change the role…');
    await dialog('The role of dee').getByLabel('Auditor').check();
    await dialog('The role of dee').getByRole('button', { name: 'Change the role' }).click();
    const again = dialog('Your password, once more');
    await again.getByRole('textbox', { name: 'Password' }).fill('not the password');
    await again.getByRole('button', { name: 'Confirm' }).click();
    await again.getByText('The password is wrong.').waitFor();
    await inBothThemes(hasNoSeriousFaults);
    await again.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await again.getByRole('button', { name: 'Confirm' }).click();
    await row('dee').getByText('Auditor').waitFor();
    inDatabase('UPDATE admin_session SET stepped_up_at = 0');
    await menu('dee', 'Disable…');
    await dialog('Disable dee?').getByRole('button', { name: 'Disable dee' }).click();
    await row('dee').getByText('Disabled').waitFor();
    await page.getByRole('table', { name: 'Sessions' }).getByText('Account disabled').first().waitFor();
  });

  test('goes on when its access credential runs out, and a reload keeps the session', async () => {
    inDatabase("UPDATE admin_credential SET expires_at = 0 WHERE kind = 'access'");
    await openTab(page, 'API Tokens');
    await page.getByRole('heading', { name: 'API Tokens' }).waitFor();
    await page.reload();
    await page.getByRole('table', { name: 'Tokens' }).waitFor();
  });

  test('ends a session elsewhere; ended itself, it asks to sign in again', async () => {
    const credential = (await login('bo')).stdout.trim();
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Admins' }).click();
    await page.getByRole('button', { name: 'End this session of bo' }).first().click();
    await dialog('End this session of bo?').getByRole('button', { name: 'End the session' }).click();
    await page.getByText('Ended by an owner').first().waitFor();
    const env = { ...trusting, GATEHOUSE_CREDENTIAL: credential };
    expect((await gatehouseWith({ env }, 'token', 'list', '--server', server)).code).toBe(2);
    inDatabase("UPDATE admin_session SET ended = 'revoked', ended_at = 1 WHERE ended IS NULL");
    await page.getByRole('link', { name: 'API Logs' }).click();
    await page.getByRole('heading', { name: 'The session has ended' }).waitFor();
  });

  test('an auditor is told what the role does not allow, and signs out', async () => {
    await signIn('bo');
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByText('Sees everything and changes nothing').waitFor();
    await page.keyboard.press('Escape');
    await openTab(page, 'API Logs');
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByText('Your role sees views, and saves none').waitFor();
    await page.keyboard.press('Escape');
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Admins' }).click();
    await menu('ada', 'Disable…');
    await dialog('Disable ada?').getByRole('button', { name: 'Disable ada' }).click();
    await page.getByText('Your role does not allow that').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await hasNoSeriousFaults();
    expect(await page.evaluate(() => [sessionStorage.length, document.cookie])).toEqual([0, '']);
    expect(complaints).toEqual([]);
  });
});
