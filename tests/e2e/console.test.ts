import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { type Serving, serve } from '../support/gatehouse.ts';
import {
  generateToken,
  makeDemoOrganisation,
  openTab,
  requestEmployees,
  revoke,
  rotate,
  seeInLogs,
  seeInUsage,
} from '../support/main-job.ts';
import { thingsDocument } from '../support/upstream.ts';

/** The console in a browser, served by `gatehouse serve`, as its user sees it. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-console-'));
let serving: Serving;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(join(folder, 'instance.db')), startBrowser()]);
  // Axe opens a page of its own beside the one it looks at, which takes a context made by hand.
  const context = await browser.newContext({ viewport: { width: 1024, height: 640 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(serving.signIn);
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('the sign-in link', () => {
  test('opens the console, and leaves the address bar', async () => {
    await page.getByRole('heading', { name: 'Welcome to Gatehouse' }).waitFor();
    expect(page.url()).not.toContain('sign-in=');
  });

  test('works once', async () => {
    const second = await browser.newPage();
    await second.goto(serving.signIn);
    await second.getByRole('heading', { name: 'This sign-in link no longer works' }).waitFor();
    await second.close();
  });
});

describe('the main job', () => {
  const name = 'Payroll Integration';
  let secret = '';

  test('begins with the demo organisation, made in the welcome screen', async () => {
    await makeDemoOrganisation(page);
  });

  test('generates a token whose secret is shown once and works at the gateway', async () => {
    secret = await generateToken(page, name);
    expect((await requestEmployees(serving.gateway, secret)).status).toBe(200);
  });

  test('shows the request in API Logs and in Usage Analytics', async () => {
    await seeInLogs(page, name, '200');
    await seeInUsage(page, name, '1');
  });

  test('rotates the token: both secrets work, until the overlap is ended', async () => {
    const old = secret;
    secret = await rotate(page, name);
    expect((await requestEmployees(serving.gateway, old)).status).toBe(200);
    expect((await requestEmployees(serving.gateway, secret)).status).toBe(200);
    const details = page.getByRole('dialog', { name, exact: true });
    await details.getByText('Somebody still uses the old one').waitFor();
    await details.getByRole('button', { name: 'End the overlap…' }).click();
    await page.getByRole('button', { name: 'Make the old secret void' }).click();
    await page.getByText(`The old secret of ${name} is void`).waitFor();
    expect((await requestEmployees(serving.gateway, old)).status).toBe(401);
    expect((await requestEmployees(serving.gateway, secret)).status).toBe(200);
  });

  test('edits the token after showing what that changes', async () => {
    await page
      .getByRole('dialog', { name, exact: true })
      .getByRole('button', { name: 'Edit', exact: true })
      .click();
    const form = page.getByRole('dialog', { name: `Edit ${name}` });
    await form.getByRole('radio', { name: 'Limited' }).click();
    await form.getByRole('checkbox', { name: /^reports/ }).check();
    await form.getByRole('button', { name: 'Review changes' }).click();
    await form.getByText('reports (all of them): read').waitFor();
    await form.getByRole('button', { name: 'Save changes' }).click();
    await form.waitFor({ state: 'hidden' });
    expect((await requestEmployees(serving.gateway, secret)).status).toBe(403);
    await page.keyboard.press('Escape');
  });

  test('mends a finding of hygiene after showing what that changes', async () => {
    await page.getByText('Hygiene', { exact: true }).click();
    const row = page.getByRole('row', { name: /Never expires/ }).filter({ hasText: 'Planning integration' });
    await row.getByRole('button', { name: 'Set an expiry…' }).click();
    const remedy = page.getByRole('dialog', { name: 'Never expires' });
    await remedy.getByText('never', { exact: false }).first().waitFor();
    await remedy.getByRole('button', { name: 'Set the expiry' }).click();
    await row.waitFor({ state: 'hidden' });
    await page.getByText('All tokens', { exact: true }).click();
  });

  test('replaces the key, and every secret works on', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Token policy' }).click();
    await page.getByRole('button', { name: 'Replace the key…' }).click();
    await page.getByRole('button', { name: 'Replace the key', exact: true }).click();
    await page.getByRole('row', { name: /Verifies those that hang on it/ }).waitFor();
    expect((await requestEmployees(serving.gateway, secret)).status).toBe(403);
  });

  test('revokes several tokens in one step', async () => {
    await openTab(page, 'API Tokens');
    for (const each of ['Reporting trial', 'Payroll export'])
      await page.getByRole('checkbox', { name: `Select ${each}` }).check();
    await page.getByRole('button', { name: 'Revoke 2 tokens…' }).click();
    const confirm = page.getByRole('dialog', { name: 'Revoke 2 tokens?' });
    await confirm
      .getByText(/requests? in the last hour/)
      .first()
      .waitFor();
    await confirm.getByRole('button', { name: 'Revoke 2 tokens' }).click();
    await page.getByText('2 tokens are revoked').waitFor();
  });

  test('revokes the token: its next request is refused', async () => {
    await revoke(page, name);
    const refused = await requestEmployees(serving.gateway, secret);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ code: 'token.revoked' });
  });
});

describe.each(['light', 'dark'])('in the %s theme at 1024 by 640', (theme) => {
  beforeAll(async () => {
    const toggle = page.getByRole('button', { name: `Use the ${theme} theme` });
    if (await toggle.isVisible()) await toggle.click();
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
  });

  test.each([
    'API Tokens',
    'Usage Analytics',
    'Rate Limits',
    'IP Restrictions',
    'API Logs',
    'Audit',
    'Settings',
  ])('%s has no serious accessibility fault and fits the window', async (tab) => {
    await openTab(page, tab);
    expect(await seriousFaults(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
  });

  test('the gateway’s settings and the form of its upstream have none either', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Gateway', exact: true }).click();
    await page.getByRole('button', { name: /an API…$|the upstream…$/ }).click();
    await page.getByRole('button', { name: 'Timeouts and addresses' }).click();
    await page.getByRole('textbox', { name: 'Connect within (s)' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  test('how long the log is kept is changed, with a question where that deletes rows, and has none either', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Retention', exact: true }).click();
    const days = page.getByRole('textbox', { name: 'Rows of the log' });
    const longer = theme === 'light' ? '40' : '50';
    await days.fill(longer);
    await page.getByRole('button', { name: 'Save' }).click();
    // Saved, not being saved.
    await page.locator('button[data-disabled]:not([data-loading])', { hasText: 'Save' }).waitFor();
    await days.fill('7');
    await page.getByRole('button', { name: 'Save' }).click();
    const question = page.getByRole('dialog', { name: 'Keep less of the log?' });
    await question.getByText('This deletes rows older than 7 days').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await question.getByRole('button', { name: 'Keep it' }).click();
    await question.waitFor({ state: 'hidden' });
    await page.reload();
    expect(await days.inputValue()).toBe(`${longer} days`);
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('the form for a new token and a token’s details have none either', async () => {
    await openTab(page, 'API Tokens');
    await page.getByRole('button', { name: 'Generate New Token' }).first().click();
    const form = page.getByRole('dialog', { name: 'Generate New Token' });
    await form.getByRole('radio', { name: 'Limited' }).click();
    await form.getByText('A whole group includes endpoints').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard it' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Discard it' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Payroll Integration', exact: true }).click();
    const details = page.getByRole('dialog', { name: 'Payroll Integration' });
    await details.locator('time').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
  });

  test('trials with their form, and counters with their question, have none either', async () => {
    await openTab(page, 'Rate Limits');
    await page.getByRole('button', { name: 'Try a limit' }).click();
    const form = page.getByRole('dialog', { name: 'Try a limit' });
    await form.getByRole('textbox', { name: 'Requests per hour' }).fill(theme === 'light' ? '5' : '6');
    expect(await seriousFaults(page)).toEqual([]);
    await form.getByRole('button', { name: 'Save' }).click();
    await form.waitFor({ state: 'hidden' });
    await page.getByText(/^Trials would have refused \d+ request/).waitFor();
    await page
      .getByRole('button', { name: /^Reset the counters of/ })
      .first()
      .click();
    const question = page.getByRole('dialog', { name: /^Reset the counters of/ });
    await question.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    expect(await seriousFaults(page)).toEqual([]);
  });

  test('trusted proxies, and a request’s details, which the arrow keys change, have none either', async () => {
    await openTab(page, 'IP Restrictions');
    const range = theme === 'light' ? '192.0.2.1/32' : '192.0.2.2/32';
    await page.getByRole('region', { name: 'Trusted proxies' }).getByRole('textbox').fill(range);
    await page.getByRole('button', { name: 'Trust', exact: true }).click();
    await page.getByRole('button', { name: `Trust ${range} no longer` }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await openTab(page, 'API Logs');
    await page.getByRole('grid', { name: 'API log' }).focus();
    await page.keyboard.press('Enter');
    const details = page.getByRole('dialog', { name: /^Request/ });
    const requestId = details.locator('dt:text-is("Request id") + dd');
    const first = await requestId.textContent();
    await page.keyboard.press('ArrowDown');
    await requestId.filter({ hasNotText: first ?? '' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await requestId.filter({ hasText: first ?? '' }).waitFor();
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
  });

  test('a token being rotated has none either', async () => {
    await openTab(page, 'API Tokens');
    await page.getByRole('button', { name: 'Planning integration', exact: true }).click();
    const details = page.getByRole('dialog', { name: 'Planning integration', exact: true });
    await details.getByRole('button', { name: 'Rotate' }).click();
    const rotating = page.getByRole('dialog', { name: 'Rotate Planning integration' });
    await rotating.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await rotating.waitFor({ state: 'hidden' });
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
  });

  test('hygiene, what it would change, and the token policy have none either', async () => {
    await openTab(page, 'API Tokens');
    await page.getByText('Hygiene', { exact: true }).click();
    await page
      .getByRole('button', { name: /^Narrow to/ })
      .first()
      .click();
    const remedy = page.getByRole('dialog', { name: 'Wider than its use' });
    await remedy.getByRole('button', { name: 'Narrow the scope' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await remedy.waitFor({ state: 'hidden' });
    expect(await seriousFaults(page)).toEqual([]);
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Token policy' }).click();
    await page.getByRole('row', { name: /New secrets/ }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });
});

describe('an upstream', () => {
  const field = (name: string) => page.getByRole('textbox', { name });

  test('that is no catalogue is refused with the place; one that is waits for the next start', async () => {
    await openTab(page, 'Settings');
    await page.getByRole('link', { name: 'Gateway', exact: true }).click();
    await page.getByRole('button', { name: 'Pass requests on to an API…' }).click();
    await field('URL of the API').fill('http://127.0.0.1:9/');
    await field('OpenAPI document').fill(join(folder, 'none.yaml'));
    await page.getByRole('button', { name: 'Save the upstream' }).click();
    await page.getByText('That is not a catalogue').waitFor();
    await field('OpenAPI document').fill(thingsDocument());
    await page.getByRole('button', { name: 'Save the upstream' }).click();
    await page.getByText('What is set here is in force when it starts next').waitFor();
    await page.getByRole('button', { name: 'Stop the gateway' }).click();
    const asked = page.getByRole('dialog', { name: 'Stop the gateway?' });
    await asked.getByRole('button', { name: 'Stop the gateway' }).click();
    await page.getByRole('button', { name: 'Start the gateway' }).click();
    await page.getByText('7 endpoints in 2 tags').waitFor();
    await page.getByRole('button', { name: 'Back to the built-in API' }).click();
    await page.getByText('The built-in Shifts API over this instance’s own data').first().waitFor();
  });
});

test('no script of the page failed on the way', () => {
  expect(complaints).toEqual([]);
});
