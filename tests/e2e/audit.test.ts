import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { gatehouse, gatehouseJson, type Serving, serve } from '../support/gatehouse.ts';
import { button, openTab } from '../support/main-job.ts';

/** The audit log in the console, in a browser: what an owner and an auditor do there. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-audit-'));
const file = join(folder, 'instance.db');
const on = ['--db', file];
const name = 'Payroll Integration';
let serving: Serving;
let browser: Browser;
let page: Page;
let tokenId = '';
const complaints: string[] = [];

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(file), startBrowser()]);
  await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', ...on);
  const create = ['token', 'create', ...on, '--name', name, '--user', 'ada@example.org', '--scope', 'full'];
  ({ id: tokenId } = await gatehouseJson<{ id: string }>(...create));
  await gatehouse('token', 'set', tokenId, ...on, '--scope', 'limited', '--endpoint', 'shifts:read');
  // Axe opens a page of its own beside the one it looks at, which takes a context made by hand.
  const context = await browser.newContext({ viewport: { width: 1024, height: 640 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(serving.signIn);
  await openTab(page, 'Audit');
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const rows = () => page.getByRole('table', { name: 'Audit log' }).locator('tbody tr[data-row]');
const status = (text: string | RegExp) => page.getByRole('status').filter({ hasText: text });

test('lists who did what to what, newest first, the sign-in itself too', async () => {
  await status('4 entries').waitFor();
  expect(await rows().locator('[data-row-name]').allTextContents()).toEqual([
    'Signed in with a link',
    'Edited a token',
    'Generated a token',
    'Added a user',
  ]);
  expect(await rows().nth(1).textContent()).toContain('Scope: Full Access → Limited');
});

test('shows what was before and is after, by keyboard, and gives the focus back to the row', async () => {
  await button(page, 'Edited a token').focus();
  await page.keyboard.press('Enter');
  const details = page.getByRole('dialog', { name: 'Edited a token' });
  const changes = details.getByRole('region', { name: 'Before and after' });
  await changes.getByText('− Full Access').waitFor();
  await changes.getByText('+ Limited').waitFor();
  await changes.getByText('+ shifts (all of them): read').waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  // The view is in the route.
  await page.reload();
  await details.getByText('token.update').waitFor();
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'hidden' });
  await page.locator('[data-row="3"] [data-row-name]:focus').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.locator('[data-row="2"] [data-row-name]:focus').waitFor();
});

test('is narrowed by who, what and to what; the filters are in the route, and can be cleared', async () => {
  await page.getByRole('combobox', { name: 'What' }).click();
  await page.getByRole('option', { name: 'Generated a token' }).click();
  await status('1 entry').waitFor();
  await page.getByRole('textbox', { name: 'To what' }).fill('nobody');
  await page.getByText('No entry matches').waitFor();
  await page.reload();
  await page.getByText('No entry matches').waitFor();
  await button(page, 'Clear filters').first().click();
  await status('4 entries').waitFor();
  await page.getByRole('textbox', { name: 'To what' }).fill('payroll');
  await status('2 entries').waitFor();
  await button(page, 'Clear filters').click();
  await status('4 entries').waitFor();
});

test('a token’s details lead to what was done to it', async () => {
  await openTab(page, 'API Tokens');
  await page.getByRole('button', { name, exact: true }).click();
  await page.getByRole('dialog', { name }).getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor();
  await status('2 entries').waitFor();
});

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  beforeAll(async () => {
    const toggle = button(page, `Use the ${theme} theme`);
    if (await toggle.isVisible()) await toggle.click();
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
    await openTab(page, 'Audit');
  });

  test('a log that is whole says so, and one that was edited in the database names the entry', async () => {
    await button(page, 'Verify the log').click();
    await status('The audit log is whole').waitFor();
    expect(await seriousFaults(page)).toEqual([]);

    const db = new Database(file);
    db.exec(`UPDATE audit_entry SET actor = actor || 'x' WHERE seq = 2`);
    await button(page, 'Verify the log').click();
    const alarm = page.getByRole('alert').filter({ hasText: 'Entry 2 is not as it was recorded' });
    await alarm.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await alarm.getByRole('button', { name: 'Show entry 2 as it is now' }).click();
    await page.getByRole('dialog', { name: 'Generated a token' }).waitFor();
    await page.keyboard.press('Escape');
    db.exec(`UPDATE audit_entry SET actor = substr(actor, 1, length(actor) - 1) WHERE seq = 2`);
    db.close();
    await button(page, 'Close the result').click();
    await alarm.waitFor({ state: 'hidden' });
  });
});

test('the page complained of nothing', () => expect(complaints).toEqual([]));
