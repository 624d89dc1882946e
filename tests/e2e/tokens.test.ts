import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { type Serving, serve } from '../support/gatehouse.ts';
import { openTab } from '../support/main-job.ts';

/** The token list by keyboard and by the Back button, and its forms under impatient hands. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tokens-'));
let serving: Serving;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(join(folder, 'instance.db'), '--demo'), startBrowser()]);
  page = await browser.newPage({ viewport: { width: 1024, height: 640 } });
  await page.goto(serving.signIn);
  page.setDefaultTimeout(10_000);
  await openTab(page, 'API Tokens');
  await name('Payroll export').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const name = (token: string) => page.getByRole('button', { name: token, exact: true });
const dialog = (title: string) => page.getByRole('dialog', { name: title, exact: true });
const focused = (locator: Locator) =>
  expect
    .poll(() => locator.evaluate((element) => element === document.activeElement), { timeout: 10_000 })
    .toBe(true);
/** The names in the order of the list. */
const names = () => page.locator('[data-row-name]').allTextContents();

test('arrow keys go from row to row, Home and End to its ends, Enter opens', async () => {
  const listed = await names();
  await page.getByRole('region', { name: 'API tokens, table' }).focus();
  await page.keyboard.press('ArrowDown');
  await focused(name(listed[0] ?? ''));
  await page.keyboard.press('ArrowDown');
  await focused(name(listed[1] ?? ''));
  await page.keyboard.press('End');
  await focused(name(listed.at(-1) ?? ''));
  await page.keyboard.press('ArrowUp');
  await focused(name(listed.at(-2) ?? ''));
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await dialog(listed[0] ?? '').waitFor();
  await page.keyboard.press('Escape');
  await focused(name(listed[0] ?? ''));
});

test('arrow keys stay among the checkboxes, and a row’s menu keeps its own', async () => {
  const [first, second] = await names();
  await page.getByRole('checkbox', { name: `Select ${first}` }).focus();
  await page.keyboard.press('ArrowDown');
  await focused(page.getByRole('checkbox', { name: `Select ${second}` }));
  const menu = page.getByRole('button', { name: `Actions for ${first}` });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Usage' }).waitFor();
  // The menu takes the focus once it is drawn; a key before that is the button's.
  await expect
    .poll(() => page.getByRole('menu').evaluate((element) => element.contains(document.activeElement)))
    .toBe(true);
  await page.keyboard.press('ArrowDown');
  await focused(page.getByRole('menuitem', { name: 'Usage' }));
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await dialog(`Revoke ${first}?`).waitFor();
  await page.keyboard.press('Escape');
  await focused(menu);
});

test('Back closes a token’s details with the dialog above them, once; forward shows the details alone', async () => {
  await name('Payroll export').focus();
  await page.keyboard.press('Enter');
  await dialog('Payroll export').getByRole('button', { name: 'Rotate' }).click();
  await dialog('Rotate Payroll export').waitFor();
  await page.goBack();
  await dialog('Payroll export').waitFor({ state: 'hidden' });
  await dialog('Rotate Payroll export').waitFor({ state: 'hidden' });
  await focused(name('Payroll export'));
  await page.goForward();
  await dialog('Payroll export').waitFor();
  expect(await dialog('Rotate Payroll export').count()).toBe(0);
  await page.keyboard.press('Escape');
  await dialog('Payroll export').waitFor({ state: 'hidden' });
});

test('search leads to a token or a screen, and the focus follows', async () => {
  const search = async (words: string, found: string) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Jump to a screen or a token' }).fill(words);
    await page.getByRole('dialog', { name: 'Search' }).getByRole('button', { name: found }).click();
  };
  await name('Payroll export').focus();
  await page.keyboard.press('Control+k');
  await focused(page.getByRole('textbox', { name: 'Jump to a screen or a token' }));
  await page.keyboard.press('Escape');
  await focused(name('Payroll export'));
  await search('Old intra', 'Old intranet');
  await dialog('Old intranet').waitFor();
  await page.keyboard.press('Escape');
  await focused(name('Old intranet'));
  await search('Rate', 'Rate Limits');
  await page.getByRole('heading', { level: 1, name: 'Rate Limits' }).waitFor();
  await focused(page.getByRole('main'));
  await openTab(page, 'API Tokens');
});

test('Escape and Back ask before they discard a token that was being filled in', async () => {
  await page.getByRole('button', { name: 'Generate New Token' }).click();
  const form = dialog('Generate New Token');
  const field = form.getByRole('textbox', { name: 'Token name' });
  await field.fill('Half a token');
  const asked = dialog('Discard the new token?');
  await page.keyboard.press('Escape');
  await asked.waitFor();
  await page.keyboard.press('Escape');
  await asked.waitFor({ state: 'hidden' });
  await page.goBack();
  await asked.getByRole('button', { name: 'Keep editing' }).click();
  await asked.waitFor({ state: 'hidden' });
  expect(await field.inputValue()).toBe('Half a token');
  await page.keyboard.press('Escape');
  await asked.getByRole('button', { name: 'Discard it' }).click();
  await form.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Generate New Token' }).click();
  expect(await field.inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'hidden' });
});

test('Enter pressed twice generates one token', async () => {
  const before = (await names()).length;
  await page.getByRole('button', { name: 'Generate New Token' }).click();
  const form = dialog('Generate New Token');
  await form.getByRole('combobox', { name: 'Associated user' }).click();
  await page.getByRole('option').first().click();
  await form.getByRole('textbox', { name: 'Token name' }).fill('Pressed twice');
  await form.locator('form').evaluate((element: HTMLFormElement) => {
    element.requestSubmit();
    element.requestSubmit();
  });
  const once = dialog('Copy the token now');
  await once.getByRole('checkbox', { name: 'I have stored it' }).check();
  await once.getByRole('button', { name: 'Done' }).click();
  await dialog('Pressed twice').waitFor();
  await page.keyboard.press('Escape');
  await dialog('Pressed twice').waitFor({ state: 'hidden' });
  expect((await names()).filter((each) => each === 'Pressed twice')).toHaveLength(1);
  expect(await names()).toHaveLength(before + 1);
});

test('at 200 % zoom every row’s menu is in sight, and a dialog’s buttons are to be reached', async () => {
  await page.setViewportSize({ width: 512, height: 320 });
  const menu = page.getByRole('button', { name: 'Actions for Payroll export' });
  await menu.scrollIntoViewIfNeeded();
  const box = await menu.boundingBox();
  expect((box?.x ?? 512) + (box?.width ?? 0)).toBeLessThanOrEqual(512);
  await menu.click();
  await page.getByRole('menuitem', { name: 'Revoke…' }).click();
  const revoke = dialog('Revoke Payroll export?').getByRole('button', { name: 'Revoke Payroll export' });
  await revoke.scrollIntoViewIfNeeded();
  const reached = await revoke.boundingBox();
  expect((reached?.y ?? 320) + (reached?.height ?? 0)).toBeLessThanOrEqual(320);
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1024, height: 640 });
});
