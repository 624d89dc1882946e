import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { gatehouse, type Serving, serve } from '../support/gatehouse.ts';
import {
  button,
  generateToken,
  makeDemoOrganisation,
  openTab,
  requestEmployees,
  seeInLogs,
} from '../support/main-job.ts';

/** "Why?" in a logged request's details, and *Test a request*, as their user sees them. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-explain-'));
const file = join(folder, 'instance.db');
const name = 'Payroll Integration';
let serving: Serving;
let browser: Browser;
let page: Page;
let secret = '';
const complaints: string[] = [];

const details = () => page.getByRole('dialog', { name: /^Request/ });
const tester = () => page.getByRole('dialog', { name: 'Test a request' });
const field = (label: string) => tester().getByRole('textbox', { name: label, exact: true });
const answer = () => tester().getByRole('region', { name: 'Answer' });
const check = (title: string) => page.getByRole('listitem').filter({ hasText: title });
const isShown = (text: string | RegExp) => answer().getByText(text).first().waitFor();

/** Presses the form's button once its fields are filled in. */
const run = () => tester().getByRole('button', { name: /^Test/ }).click();

/** A field that is filled in from the server comes to hold `value`. */
const holds = (input: Locator, value: string) =>
  expect.poll(() => input.inputValue(), { timeout: 30_000 }).toBe(value);

async function closeTester(): Promise<void> {
  await page.keyboard.press('Escape');
  await tester().waitFor({ state: 'hidden' });
}

async function policy(...args: string[]): Promise<void> {
  const ran = await gatehouse(...args, '--db', file);
  if (ran.code !== 0) throw new Error(ran.stderr);
}

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(file), startBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1024, height: 640 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(serving.signIn);
  await makeDemoOrganisation(page);
  secret = await generateToken(page, name);
  expect((await requestEmployees(serving.gateway, secret)).status).toBe(200);
  await fetch(`${serving.gateway}/v1/employees`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: '{}',
  });
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('the details of a logged request', () => {
  test('list every check in order, whose rule it went by, and those that were not reached', async () => {
    await seeInLogs(page, name, '403');
    await page.getByRole('row').filter({ hasText: name }).filter({ hasText: '403' }).first().click();
    const decision = details().getByRole('region', { name: 'Decision' });
    await decision.getByRole('listitem').first().waitFor();
    const items = await decision.getByRole('listitem').allInnerTexts();
    expect(items.map((item) => item.split('\n').slice(0, 2).join(' '))).toEqual([
      'Credential passed',
      'Address passed',
      'Limits passed',
      'Endpoint passed',
      'Scope failed',
      'Request not reached',
      'Restrictions not reached',
    ]);
    expect(items[2]).toContain('rule: default');
    expect(items[4]).toContain('rule: this token’s');
    expect(await check('Limits').getByRole('link', { name: 'Rate Limits' }).getAttribute('href')).toContain(
      '/limits',
    );
    expect(await check('Scope').getByRole('link', { name: 'Token' }).getAttribute('href')).toContain(
      '/tokens?token=',
    );
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('open Test a request with the row’s own request, and the policy of now answers', async () => {
    await details().getByRole('button', { name: 'Test again' }).click();
    await tester().waitFor();
    expect(await field('Address').inputValue()).toBe('127.0.0.1');
    await holds(tester().getByRole('combobox', { name: 'Token' }), name);
    expect(await tester().getByRole('combobox', { name: 'Method' }).inputValue()).toBe('POST');
    expect(await tester().getByRole('combobox', { name: 'Path' }).inputValue()).toBe('/v1/employees');
    await run();
    await isShown('Denied');
    await isShown('403 scope.method');

    await policy('limit', 'set', '--per-hour', '1', '--burst', '1', '--burst-seconds', '1');
    await run();
    await isShown('429 limit.hour');
    await isShown('rule: default');
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('are still there when Test a request is closed', async () => {
    await closeTester();
    await details().waitFor();
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'hidden' });
  });
});

describe('Test a request', () => {
  const row = (shown: string) => tester().getByRole('listitem').filter({ hasText: shown });

  test('opens from API Logs with the address of this machine, and names what is missing at its field', async () => {
    await policy('limit', 'clear');
    await button(page, 'Test a request').click();
    await tester().getByText('Nothing is sent, charged or logged').waitFor();
    await page.waitForFunction(() =>
      [...document.querySelectorAll('input')].some(({ value }) => value === '127.0.0.1'),
    );
    // Ready to type, and not covered by its suggestions.
    await tester().getByRole('combobox', { name: 'Path' }).and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('option').count()).toBe(0);
    await run();
    await tester().getByText('Pick a token, or test without one').waitFor();
    await tester().getByText('Enter a path, as /v1/shifts').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('without a token is denied at the first check', async () => {
    await tester().getByText('None', { exact: true }).click();
    await tester().getByRole('combobox', { name: 'Path' }).fill('/v1/empl');
    await page.getByRole('option', { name: '/v1/employees', exact: true }).click();
    await run();
    await isShown(/^401 token\./);
    await row('Scope').getByText('not reached').waitFor();
  });

  test('names a mistake at its field', async () => {
    await field('Address').fill('010.0.0.1');
    await run();
    await tester()
      .getByText(/The address is not valid/)
      .waitFor();
    expect(await field('Address').getAttribute('aria-invalid')).toBe('true');
    expect(await answer().getByRole('status').count()).toBe(0);
    await field('Address').fill('10.1.2.3');
  });

  test('with a pasted secret names the token, its rights, the counters and the headers', async () => {
    await tester().getByText('A pasted secret', { exact: true }).click();
    expect(await tester().getByLabel('Secret', { exact: true }).getAttribute('type')).toBe('password');
    await tester().getByLabel('Secret', { exact: true }).fill(` ${secret} `);
    await run();
    await isShown('Let in');
    await isShown(name);
    await isShown('the running gateway’s');
    await isShown('no restrictions');
    await isShown('X-RateLimit-Remaining');
    await row('Restrictions').getByText('left to the API').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('shows the fresh result when the policy has changed, once however often it is pressed', async () => {
    await policy('ip', 'add', '192.0.2.0/24', '--label', 'Elsewhere');
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/gateway/explain')) asked++;
    });
    await tester().getByRole('button', { name: 'Test again' }).dblclick();
    await isShown('403 ip.denied');
    await row('Address').getByText('rule: all API access').waitFor();
    await row('Address').getByRole('link', { name: 'IP Restrictions' }).waitFor();
    expect(asked).toBe(1);
  });

  test('forgets the secret when it is closed, and had it in no address', async () => {
    expect(page.url()).not.toContain(secret);
    await closeTester();
    expect(await page.content()).not.toContain(secret);
    await button(page, 'Test a request').click();
    await tester().getByText('A pasted secret', { exact: true }).click();
    expect(await tester().getByLabel('Secret', { exact: true }).inputValue()).toBe('');
    await closeTester();
  });

  test('is found in the search, and its link can be kept', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('textbox', { name: 'Jump to a screen or a token' }).fill('test a req');
    await page
      .getByRole('button', { name: /^Test a request/ })
      .last()
      .click();
    await tester().waitFor();
    await page.reload();
    await tester().waitFor();
    await page.goBack();
    await tester().waitFor({ state: 'hidden' });
  });

  test('opens from a token’s row and its details with that token, and Escape closes it alone', async () => {
    await openTab(page, 'API Tokens');
    await button(page, `Actions for ${name}`).click();
    await page.getByRole('menuitem', { name: 'Test a request' }).click();
    const token = tester().getByRole('combobox', { name: 'Token' });
    await holds(token, name);
    await closeTester();
    await page.getByRole('button', { name, exact: true }).click();
    const drawer = page.getByRole('dialog', { name, exact: true });
    await drawer.getByRole('button', { name: 'Test a request' }).click();
    await holds(token, name);
    await closeTester();
    expect(await drawer.isVisible()).toBe(true);
  });
});

test('nothing of it was logged, and no script of the page failed on the way', async () => {
  const { stdout } = await gatehouse('logs', '--db', file, '--limit', '1000', '--json');
  expect(stdout).not.toContain('10.1.2.3');
  expect(complaints).toEqual([]);
});
