import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDesktop } from '../support/desktop.ts';
import { button, openTab } from '../support/main-job.ts';

/** The connections of the desktop app: which instance its one window administers. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-connections-'));
const second = join(folder, 'second.db');
let app: ElectronApplication;
let page: Page;

async function start(): Promise<void> {
  app = await startDesktop(folder, { given: false });
  page = await app.firstWindow();
}

async function stop(): Promise<void> {
  const child = app.process();
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

const switcher = (name: string) => button(page, `Connection: ${name}`);

async function startEmpty(): Promise<void> {
  await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
  await button(page, 'Start empty').click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
}

async function switchTo(name: string): Promise<void> {
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).click();
}

async function openConnections(): Promise<void> {
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitem', { name: 'Manage connections' }).click();
  await page.getByRole('heading', { name: 'Connections' }).waitFor();
}

beforeAll(start);
afterAll(async () => {
  if (app?.process().exitCode === null) await stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('connections', () => {
  let gateway = '';

  test('there is one to this computer from the first start on', async () => {
    await startEmpty();
    await switcher('This computer').waitFor();
    const pill = page.getByRole('button', { name: /^Gateway running/ });
    gateway = `http://${/127\.0\.0\.1:\d+/.exec((await pill.textContent()) ?? '')?.[0]}`;
    expect((await fetch(`${gateway}/v1/shifts`)).status).toBe(401);
  });

  test('one to a new file is added: picked in the system’s dialog, tested, with a colour and protected', async () => {
    await openConnections();
    await button(page, 'Add a connection').click();
    const form = page.getByRole('dialog', { name: 'Add a connection' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Head office');
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath });
    }, second);
    await form.getByRole('button', { name: 'New file…' }).click();
    await form.getByText(/There is no instance yet/).waitFor();
    expect(existsSync(second)).toBe(false);
    await form.getByRole('combobox', { name: 'Colour' }).click();
    await page.getByRole('option', { name: 'Red' }).click();
    await form.getByRole('button', { name: 'Add the connection' }).click();
    const item = page.getByRole('listitem', { name: 'Head office' });
    await item.getByText(second).waitFor();
  });

  test('a name or a file that has one already is refused, and nothing is lost', async () => {
    await button(page, 'Add a connection').click();
    const form = page.getByRole('dialog', { name: 'Add a connection' });
    await form.getByRole('textbox', { name: 'Name' }).fill('Head office');
    await form.getByRole('textbox', { name: 'File' }).fill(join(folder, 'third.db'));
    await form.getByRole('button', { name: 'Add the connection' }).click();
    await form.getByText('That name is taken').waitFor();
    await form.getByRole('textbox', { name: 'Name' }).fill('Another');
    await form.getByRole('textbox', { name: 'File' }).fill(second);
    await form.getByRole('button', { name: 'Add the connection' }).click();
    await form.getByText('There is a connection to that already').waitFor();
    await form.getByRole('textbox', { name: 'File' }).fill('relative.db');
    await form.getByRole('button', { name: 'Test' }).click();
    await form.getByText(/must be an absolute path/).waitFor();
    await form.getByRole('button', { name: 'Cancel' }).click();
  });

  test('switching needs no restart, and the gateway that was left goes on', async () => {
    await switchTo('Head office');
    await startEmpty();
    await switcher('Head office').waitFor();
    expect(existsSync(second)).toBe(true);
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'About' }).click();
    await page.getByText(second, { exact: true }).waitFor();
    // Clients of the first do not notice.
    expect((await fetch(`${gateway}/v1/shifts`)).status).toBe(401);
    await openConnections();
    await page
      .getByRole('listitem', { name: 'This computer' })
      .getByText(`Its gateway runs in this app, at ${gateway}`)
      .waitFor();
  });

  test('what was current last is current after a restart', async () => {
    await stop();
    await start();
    await switcher('Head office').waitFor();
  });

  test('a file that is gone is not made anew, and its connection works again when it is back', async () => {
    await switchTo('This computer');
    await switcher('This computer').waitFor();
    // The app started its gateway when it was the first to be opened, so it is still in use.
    await button(page, /^Gateway running/).waitFor({ state: 'hidden' });
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(second + suffix)) renameSync(second + suffix, `${second}.away${suffix}`);
    await stop();
    await start();
    await switchTo('Head office');
    await page.getByText(/it is not there any more/).waitFor();
    expect(existsSync(second)).toBe(false);
    await switcher('This computer').waitFor();
    for (const suffix of ['', '-wal', '-shm'])
      if (existsSync(`${second}.away${suffix}`)) renameSync(`${second}.away${suffix}`, second + suffix);
    await switchTo('Head office');
    await switcher('Head office').waitFor();
  });

  test('removing one leaves the instance; the current one cannot be removed', async () => {
    await switchTo('This computer');
    await switcher('This computer').waitFor();
    await openConnections();
    expect(await page.getByRole('button', { name: 'Remove This computer' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Remove Head office' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove Head office' }).click();
    await page.getByRole('listitem', { name: 'Head office' }).waitFor({ state: 'detached' });
    expect(existsSync(second)).toBe(true);
    const kept = readFileSync(join(folder, 'user-data', 'connections.json'), 'utf8');
    expect(kept).not.toContain('Head office');
  });
});
