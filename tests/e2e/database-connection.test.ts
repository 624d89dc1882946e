import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import pg from 'pg';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOfPostgres } from '../../src/db/place.ts';
import { openInstance } from '../../src/instance.ts';
import { seriousFaults } from '../support/accessibility.ts';
import { type Cuttable, startCuttable } from '../support/cut.ts';
import { startDesktop } from '../support/desktop.ts';
import { button, generateToken, openTab } from '../support/main-job.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { makeSecretService } from '../support/secret-service.ts';
import { credentialsIn, heapOf, inKeychain, profileFiles, storageOf } from '../support/where-secrets-are.ts';

/** The desktop app on an instance in a Postgres database, with all that is secret in a real keychain. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-database-connection-'));
const keyFile = join(folder, 'instance.key');
const DATABASE_PASSWORD = 'p@ss/word of the database';
const PASSWORD = 'correct horse battery';
const LOST = 'The database does not answer · trying again';
const service = makeSecretService();
let session: Awaited<ReturnType<typeof service.start>>;
let postgres: PostgresServer;
let way: Cuttable;
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

/** As the database's owner, beside the app. */
async function ask(sql: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
  const url = new URL(postgres.url);
  url.pathname = `/${database}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A user of its own, who has to give a password: the server of the tests asks nobody else for one. */
async function makeDatabases(): Promise<void> {
  await ask(`CREATE ROLE console LOGIN PASSWORD '${DATABASE_PASSWORD}'`);
  for (const name of ['gatehouse', 'empty']) await ask(`CREATE DATABASE ${name} OWNER console`);
  const [{ path } = {}] = await ask("SELECT current_setting('hba_file') AS path");
  await ask(
    `COPY (SELECT 'host all console 127.0.0.1/32 scram-sha-256'
       UNION ALL SELECT 'host all all 127.0.0.1/32 trust') TO '${path}'`,
  );
  await ask('SELECT pg_reload_conf()');
}

const urlOf = (database: string, port = way.port) =>
  `postgres://console:${encodeURIComponent(DATABASE_PASSWORD)}@127.0.0.1:${port}/${database}`;

async function makeInstance(): Promise<void> {
  const instance = await openInstance({
    place: placeOfPostgres({ url: urlOf('gatehouse'), keyFile }),
    actor: 'os:tester',
  });
  const client = createRouterClient(instance.router, { context: instance.context });
  await client.admins.add({ name: 'ada', role: 'owner', password: PASSWORD });
  await client.admins.add({ name: 'bo', role: 'auditor', password: PASSWORD });
  await client.directory.users.add({ email: 'ada@example.org', name: 'Ada' });
  await instance.close();
}

beforeAll(async () => {
  session = await service.start();
  postgres = await startPostgres();
  way = await startCuttable(Number(new URL(postgres.url).port));
  await makeDatabases();
  await makeInstance();
  await start();
});

afterAll(async () => {
  if (app?.process().exitCode === null) await stop();
  await way?.close();
  await postgres?.stop();
  session?.stop();
  service.remove();
  rmSync(folder, { recursive: true, force: true });
});

const form = () => page.getByRole('dialog', { name: 'Add a connection' });
const field = (name: string) => form().getByRole('textbox', { name, exact: true });

async function openConnections(): Promise<void> {
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Manage connections' }).click();
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
}

async function beginConnection(name: string, url: string, account: string): Promise<void> {
  await button(page, 'Add a connection').click();
  await field('Name').fill(name);
  await form().getByText('A database', { exact: true }).click();
  await field('Host').fill(url);
  await field('Host').blur();
  await field('Admin account').fill(account);
}

const addConnection = async (name: string) => {
  await form().getByRole('button', { name: 'Add the connection' }).click();
  await page.getByRole('listitem', { name }).waitFor();
};

async function switchTo(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
}

async function signIn(password = PASSWORD): Promise<void> {
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await button(page, 'Sign in').click();
}

test('a database is added: its URL taken apart, tested, with the instance’s key from its file', async () => {
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
  await button(page, 'Start empty').click();
  await page.getByRole('link', { name: 'Connections', exact: true }).click();
  await beginConnection('Production', urlOf('gatehouse'), 'ada');
  expect(await field('Host').inputValue()).toBe('127.0.0.1');
  expect(await field('Port').inputValue()).toBe(String(way.port));
  expect(await field('Database').inputValue()).toBe('gatehouse');
  expect(await field('Database user').inputValue()).toBe('console');
  expect(await field('Database password').inputValue()).toBe(DATABASE_PASSWORD);
  await field('Database password').fill('not the password');
  await form().getByRole('button', { name: 'Test' }).click();
  await form().getByText('The database refused').waitFor();
  await field('Database password').fill(DATABASE_PASSWORD);
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [filePath] });
  }, keyFile);
  await form().getByRole('button', { name: 'Read it from a key file…' }).click();
  await form().getByText(keyFile).waitFor();
  await form().getByRole('button', { name: 'Test' }).click();
  await form().getByText('There is an instance, and one can sign in to it.').waitFor();
  expect(await seriousFaults(page, '[role="dialog"]')).toEqual([]);
  await addConnection('Production');
  await page
    .getByRole('listitem', { name: 'Production' })
    .getByText('with the key of the instance')
    .waitFor();
});

test('another’s key is not taken for the instance’s', async () => {
  await beginConnection('Mistaken', urlOf('gatehouse'), 'cy');
  await field('Key of the instance').fill('ghk1_short');
  await form().getByRole('button', { name: 'Test' }).click();
  await form().getByText('The instance key does not fit').waitFor();
  await field('Key of the instance').fill(`ghk1_${'A'.repeat(43)}`);
  await form().getByRole('button', { name: 'Test' }).click();
  await form()
    .getByText(/lacks the current key/)
    .waitFor();
  await form().getByRole('button', { name: 'Cancel' }).click();
});

test('switching to it asks for the password of the admin account, and a wrong one is refused', async () => {
  await button(page, 'Switch to Production').click();
  await page.getByRole('heading', { level: 1, name: 'Production' }).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await signIn('wrong horse battery');
  await page.getByText(/name or the password is wrong/).waitFor();
  await signIn();
  await page.getByRole('heading', { level: 1, name: 'API Tokens' }).waitFor();
  await page.getByText('No tokens yet').waitFor();
});

let secret = '';
test('with the key a token is issued', async () => {
  secret = await generateToken(page, 'Payroll export');
  expect(await ask('SELECT name FROM token', 'gatehouse')).toEqual([{ name: 'Payroll export' }]);
  const [{ actor } = {}] = await ask(
    "SELECT actor FROM audit_entry WHERE action = 'token.create'",
    'gatehouse',
  );
  expect(actor).toBe('admin:ada');
});

test('this app runs no gateway of it, and offers none', async () => {
  await openTab(page, 'Settings');
  await page.getByRole('link', { name: 'Gateway' }).click();
  await page.getByRole('region', { name: 'Gateway' }).getByText('State').waitFor();
  expect(await button(page, 'Start the gateway').count()).toBe(0);
  await page.getByText(/This app runs no gateway on a database/).waitFor();
});

test('what is secret is in the keychain alone: not in the page, not in the profile', async () => {
  const kept = await inKeychain(session.env);
  const key = readFileSync(keyFile, 'latin1').slice(0, 48);
  expect(kept).toContain(`secret = ${DATABASE_PASSWORD}`);
  expect(kept).toContain(`secret = ${key}`);
  const { refresh, access } = credentialsIn(kept);
  const secrets = [refresh, access, PASSWORD, DATABASE_PASSWORD, key, secret];
  const files = profileFiles(folder);
  expect(files.some(({ path }) => path.endsWith('connections.json'))).toBe(true);
  for (const { path, bytes } of files)
    for (const one of [...secrets, encodeURIComponent(DATABASE_PASSWORD)])
      expect(bytes.includes(one), path).toBe(false);
  const stored = await storageOf(page);
  for (const one of secrets) expect(stored).not.toContain(one);
  await openConnections();
  await page.getByRole('button', { name: 'Edit Production' }).click();
  await page.getByRole('group', { name: 'Database password' }).getByText('In the keychain.').waitFor();
  const heap = await heapOf(page);
  // It is really the page's heap that was read.
  expect(heap.includes('Production')).toBe(true);
  for (const one of [refresh, access, DATABASE_PASSWORD, key]) expect(heap.includes(one)).toBe(false);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
});

test('after a restart nobody has to sign in again', async () => {
  await stop();
  await start();
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('a database that is lost is shown, and found again by itself', async () => {
  way.cut();
  await page.getByText(LOST).waitFor();
  await openTab(page, 'Rate Limits');
  await page.getByText('The database cannot be reached').first().waitFor();
  way.heal();
  await page.getByText(LOST).waitFor({ state: 'detached' });
  await openTab(page, 'API Tokens');
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('one that takes what is said and answers nothing is lost, too', async () => {
  way.silence();
  await page.getByText(LOST).waitFor();
  way.heal();
  await page.getByText(LOST).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('one that is away when the app starts is opened when it is there', async () => {
  // Neither does it keep the app from closing.
  way.silence();
  await stop();
  await start();
  await page.getByText(LOST).waitFor();
  way.heal();
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
});

test('what needs the password lately given asks for it', async () => {
  await ask('UPDATE admin_session SET stepped_up_at = 0', 'gatehouse');
  await openTab(page, 'Settings');
  await page.getByRole('link', { name: 'Admins' }).click();
  await button(page, 'Add an admin').click();
  const add = page.getByRole('dialog', { name: 'Add an admin' });
  await add.getByRole('textbox', { name: 'Name' }).fill('dee');
  await add.getByRole('textbox', { name: 'Password' }).fill('another long password');
  await add.getByRole('button', { name: /^Add/ }).click();
  const again = page.getByRole('dialog', { name: 'Your password, once more' });
  await again.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await again.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('row').filter({ hasText: 'dee' }).waitFor();
});

test('without the key no secret is made, and the console says why', async () => {
  await openConnections();
  await page.getByRole('button', { name: 'Edit Production' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit Production' });
  await edit
    .getByRole('group', { name: 'Key of the instance' })
    .getByRole('button', { name: 'Take it out' })
    .click();
  await edit.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('listitem', { name: 'Production' })
    .getByText('without the key of the instance')
    .waitFor();
  expect(await inKeychain(session.env)).not.toContain('ghk1_');
  await openTab(page, 'API Tokens');
  expect(await seriousFaults(page)).toEqual([]);
  await page.locator('button[aria-disabled="true"]', { hasText: 'Generate New Token' }).hover();
  await page
    .getByRole('tooltip')
    .getByText(/no key of the instance/)
    .waitFor();
  // Whatever the page offers, the service refuses.
  await page.evaluate(() => {
    window.location.hash = '#/tokens?generate=true';
  });
  const generate = page.getByRole('dialog', { name: 'Generate New Token' });
  await generate.getByRole('textbox', { name: 'Token name' }).fill('Refused');
  await generate.getByRole('combobox', { name: 'Associated user' }).click();
  await page.getByRole('option').first().click();
  await generate.getByRole('button', { name: 'Generate Token' }).click();
  await generate.getByText('This needs the key of the instance').first().waitFor();
  await page.keyboard.press('Escape');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Discard/ })
    .click();
});

test('an auditor’s account reads, and its changes are refused', async () => {
  await openConnections();
  await beginConnection('Audit', urlOf('gatehouse'), 'bo');
  await addConnection('Audit');
  await button(page, 'Switch to Audit').click();
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await signIn();
  await page.getByRole('button', { name: 'Payroll export', exact: true }).click();
  const drawer = page.getByRole('dialog', { name: 'Payroll export' });
  await drawer.getByRole('button', { name: 'Switch off' }).click();
  await page.getByText('Your role does not allow that').waitFor();
  await page.keyboard.press('Escape');
});

test('an empty database is not made an instance: an owner has to be made first', async () => {
  await openConnections();
  await beginConnection('Empty', urlOf('empty'), 'ada');
  await form().getByRole('button', { name: 'Test' }).click();
  await form()
    .getByText(/there is no instance in it yet/)
    .waitFor();
  await addConnection('Empty');
  await button(page, 'Switch to Empty').click();
  await page.getByText('There is no instance in this database yet').waitFor();
  await page.getByText(/gatehouse admin add NAME --role owner/).waitFor();
  expect(await page.getByRole('textbox', { name: 'Password' }).count()).toBe(0);
  expect(await ask("SELECT 1 FROM pg_tables WHERE schemaname = 'public'", 'empty')).toEqual([]);
  await button(page, 'This computer').click();
  await button(page, 'Connection: This computer').waitFor();
});

test('removing one takes all that the keychain has for it', async () => {
  await switchTo('Production');
  await page.getByRole('button', { name: 'Payroll export', exact: true }).waitFor();
  await button(page, 'Account').click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { level: 1, name: 'Production' }).waitFor();
  await button(page, 'This computer').click();
  await button(page, 'Connection: This computer').waitFor();
  await openConnections();
  for (const name of ['Production', 'Audit', 'Empty']) {
    await page.getByRole('button', { name: `Remove ${name}` }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Remove ${name}` })
      .click();
    await page.getByRole('listitem', { name }).waitFor({ state: 'detached' });
  }
  expect(await inKeychain(session.env)).not.toContain('secret = ');
  const open = await ask('SELECT 1 FROM admin_session WHERE ended_at IS NULL', 'gatehouse');
  expect(open).toEqual([]);
});
