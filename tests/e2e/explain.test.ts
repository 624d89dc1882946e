import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
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
    expect(
      await check('Limits').getByRole('link', { name: 'Rate Limits' }).getAttribute('href'),
    ).toContain('/limits');
    expect(await check('Scope').getByRole('link', { name: 'Token' }).getAttribute('href')).toContain(
      '/tokens?token=',
    );
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('open Test a request with the row’s own request, and the policy of now answers', async () => {
    await details().getByRole('button', { name: 'Test again' }).click();
    await tester().waitFor();
    expect(await field('Address').inputValue()).toBe('127.0.0.1');
    expect(await tester().getByRole('combobox', { name: 'Token' }).inputValue()).toBe(name);
    expect(await tester().getByRole('combobox', { name: 'Method' }).inputValue()).toBe('POST');
    expect(await tester().getByRole('combobox', { name: 'Path' }).inputValue()).toBe('/v1/employees');
    await run();
    await isShown('Denied');
    await isShown('403 scope.method');

    await policy('limits', 'set', '--default', '--requests-per-hour', '1', '--burst', '1/1');
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
