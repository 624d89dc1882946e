import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LimitsShown } from '../../src/features/limits/contract.ts';
import type { RehearsalResult } from '../../src/gateway/rehearsal/contract.ts';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { gatehouse, gatehouseJson, type Serving, serve } from '../support/gatehouse.ts';
import { makeDemoOrganisation, openTab } from '../support/main-job.ts';

/** The rehearsal that stands beside Save, over the traffic of the demo organisation. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-rehearsal-'));
const file = join(folder, 'instance.db');
let serving: Serving;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

const CALL = '**/rpc/gateway/rehearse';

const rehearsal = () => page.getByRole('dialog', { name: 'Rehearsal' });
const defaultLimit = () => page.getByRole('region', { name: 'Default for every token' });
const figure = (name: string) => rehearsal().locator(`div:has(> dt:text-is("${name}")) dd > :first-child`);
/** What it found, in a sentence. */
const found = () => rehearsal().getByRole('status').filter({ hasText: 'request' });
const commandLine = (...args: string[]) => gatehouseJson<RehearsalResult>('rehearse', '--db', file, ...args);

/** The console's figures are those that the command line prints for the same draft. */
async function expectFigures(result: RehearsalResult): Promise<void> {
  await found().waitFor();
  const shown = async (name: string) => Number((await figure(name).textContent())?.replaceAll(',', ''));
  expect({
    wouldDeny: await shown('Would be denied'),
    wouldAllow: await shown('Would be let in'),
    undecidable: await shown('Undecidable'),
    unchanged: await shown('Unchanged'),
  }).toEqual({
    wouldDeny: result.wouldDeny,
    wouldAllow: result.wouldAllow,
    undecidable: result.undecidable,
    unchanged: result.unchanged,
  });
}

async function closeRehearsal(): Promise<void> {
  await page.keyboard.press('Escape');
  await rehearsal().waitFor({ state: 'hidden' });
}

beforeAll(async () => {
  [serving, browser] = await Promise.all([serve(file), startBrowser()]);
  const context = await browser.newContext({ viewport: { width: 1024, height: 640 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(serving.signIn);
  await makeDemoOrganisation(page);
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

describe('a lower default limit', () => {
  beforeAll(async () => {
    await openTab(page, 'Rate Limits');
  });

  test('is not rehearsed while nothing could be saved', async () => {
    expect(await defaultLimit().getByRole('button', { name: 'Rehearse…' }).isDisabled()).toBe(true);
    await defaultLimit().getByRole('textbox', { name: 'Requests per hour' }).fill('');
    expect(await defaultLimit().getByRole('button', { name: 'Rehearse…' }).isDisabled()).toBe(true);
  });

  test('denies in the console what the command line says that it denies, and changes nothing', async () => {
    await defaultLimit().getByRole('textbox', { name: 'Requests per hour' }).fill('20');
    await defaultLimit().getByRole('button', { name: 'Rehearse…' }).click();
    const result = await commandLine('--limit-per-hour', '20');
    expect(result.wouldDeny).toBeGreaterThan(0);
    await expectFigures(result);
    const shown = await gatehouseJson<LimitsShown>('limit', 'show', '--db', file);
    expect(shown.default.requestsPerHour).toBe(10_000);
  });

  test('lists its tokens, and a token’s requests, each with its details from the log', async () => {
    const row = rehearsal().getByRole('row', { name: /Time clock terminals/ });
    await row.getByRole('button').click();
    const examples = rehearsal().getByRole('table', { name: 'Examples' });
    await examples.getByRole('button').first().click();
    const details = page.getByRole('dialog', { name: 'Request' });
    await details.getByRole('heading', { name: 'Redaction' }).waitFor();
    // Escape closes what is on top, and not what it was opened from.
    await details.getByRole('button', { name: 'Test again' }).click();
    const tester = page.getByRole('dialog', { name: 'Test a request' });
    await tester.getByRole('combobox', { name: 'Method' }).click();
    await page.getByRole('option', { name: 'DELETE' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('option', { name: 'DELETE' }).waitFor({ state: 'hidden' });
    expect(await tester.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await tester.waitFor({ state: 'hidden' });
    expect(await details.isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    expect(await rehearsal().isVisible()).toBe(true);
    await rehearsal().getByRole('button', { name: 'Show all' }).click();
  });

  test.each(['light', 'dark'])('has no serious accessibility fault in the %s theme', async (theme) => {
    await closeRehearsal();
    const toggle = page.getByRole('button', { name: `Use the ${theme} theme` });
    if (await toggle.isVisible()) await toggle.click();
    await defaultLimit().getByRole('button', { name: 'Rehearse…' }).click();
    await found().waitFor();
    for (const tab of ['Tokens', 'Requests']) {
      await rehearsal()
        .getByRole('tab', { name: new RegExp(`^${tab}`) })
        .click();
      expect(await seriousFaults(page, '[role="dialog"]')).toEqual([]);
    }
  });

  test('is rehearsed over other days, and ended by Cancel on the server too', async () => {
    await page.route(CALL, () => undefined);
    const ended = page.waitForEvent('requestfailed', (request) =>
      request.url().endsWith('/gateway/rehearse'),
    );
    await rehearsal().getByText('Last 30 days').click();
    await rehearsal().getByRole('button', { name: 'Cancel' }).click();
    await ended;
    await rehearsal().getByText('Cancelled.').waitFor();
    expect(await seriousFaults(page, '[role="dialog"]')).toEqual([]);
    await page.unroute(CALL);
    await rehearsal().getByRole('button', { name: 'Rehearse again' }).click();
    await expectFigures(await commandLine('--limit-per-hour', '20', '--days', '30'));
  });

  test('says what failed, and is rehearsed again', async () => {
    await page.route(CALL, (route) => route.abort());
    await rehearsal().getByRole('button', { name: 'Rehearse again' }).click();
    await rehearsal().getByRole('alert').waitFor();
    await page.unroute(CALL);
    await rehearsal().getByRole('button', { name: 'Rehearse again' }).click();
    await found().waitFor();
    await closeRehearsal();
    // The focus is where it was, and so is what was typed.
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toBe('Rehearse…');
    expect(await defaultLimit().getByRole('textbox', { name: 'Requests per hour' }).inputValue()).toBe('20');
  });
});

describe('a limit that changes without a form', () => {
  const change = (...args: string[]) => gatehouse('limit', ...args, '--db', file);
  const few = ['--per-hour', '20', '--burst', '20', '--burst-seconds', '3600'];
  const region = (name: string) => page.getByRole('region', { name });
  const asked = (title: string) => page.getByRole('dialog', { name: title });
  let id: string;

  /** Asks, rehearses with the figures of the command line, and leaves the question open. */
  async function rehearseAsked(title: string, ...draft: string[]): Promise<void> {
    await asked(title).getByRole('button', { name: 'Rehearse…' }).click();
    await expectFigures(await commandLine(...draft));
    await closeRehearsal();
    expect(await asked(title).isVisible()).toBe(true);
  }

  beforeAll(async () => {
    const tokens = await gatehouseJson<{ id: string; name: string }[]>('token', 'list', '--db', file);
    id = tokens.find((token) => token.name === 'Time clock terminals')?.id ?? '';
    await change('set', ...few);
    await change('set', '--instance', ...few);
    await change('set', '--token', id, ...few);
    await change('trial', 'set', '--per-hour', '10', '--burst', '10', '--burst-seconds', '3600');
    await openTab(page, 'API Tokens');
    await openTab(page, 'Rate Limits');
  });

  test('is rehearsed before the ceiling is removed', async () => {
    const ceiling = region('Ceiling for the whole instance');
    await ceiling.getByRole('button', { name: 'Remove the ceiling' }).click();
    await rehearseAsked('Remove the ceiling?', '--instance', '--limit-clear');
    expect(await seriousFaults(page, '[role="dialog"]')).toEqual([]);
    await asked('Remove the ceiling?').getByRole('button', { name: 'Remove the ceiling' }).click();
    await asked('Remove the ceiling?').waitFor({ state: 'hidden' });
    await ceiling.getByText('There is none').waitFor();
  });

  test('is rehearsed before a token loses its own', async () => {
    const title = 'Remove the limit of Time clock terminals?';
    await page.getByRole('button', { name: 'Remove the limit of Time clock terminals' }).click();
    await rehearseAsked(title, '--token', id, '--limit-clear');
    await asked(title).getByRole('button', { name: 'Remove its limit' }).click();
    const row = region('Token-specific limits').getByRole('row', { name: /Time clock terminals/ });
    await row.waitFor({ state: 'hidden' });
  });

  test('is rehearsed before the default goes back to that of a new instance', async () => {
    const back = 'Back to 10,000 and 100 in 10 s';
    const title = 'Back to the limit of a new instance?';
    await defaultLimit().getByRole('button', { name: back }).click();
    const builtIn = ['--limit-per-hour', '10000', '--burst', '100', '--burst-seconds', '10'];
    await rehearseAsked(title, ...builtIn);
    await asked(title).getByRole('button', { name: back }).click();
    await defaultLimit().getByRole('button', { name: back }).waitFor({ state: 'hidden' });
  });

  test('is rehearsed while it is on trial, and before it is enforced', async () => {
    const tried = ['--limit-per-hour', '10', '--burst', '10', '--burst-seconds', '3600'];
    await page.getByRole('button', { name: 'Try a limit' }).click();
    const form = page.getByRole('dialog', { name: 'Try a limit' });
    await form.getByRole('textbox', { name: 'Requests per hour' }).fill('5');
    await form.getByRole('button', { name: 'Rehearse…' }).click();
    await expectFigures(await commandLine('--limit-per-hour', '5', ...tried.slice(2)));
    await closeRehearsal();
    await form.getByRole('button', { name: 'Cancel' }).click();
    await form.waitFor({ state: 'hidden' });
    const title = 'Enforce the limit on trial?';
    await region('On trial')
      .getByRole('button', { name: /^Enforce/ })
      .click();
    await rehearseAsked(title, ...tried);
    await asked(title).getByRole('button', { name: 'Keep the trial' }).click();
    await asked(title).waitFor({ state: 'hidden' });
    await change('trial', 'clear');
  });
});

test('a range that holds no client is rehearsed before it is saved', async () => {
  await openTab(page, 'IP Restrictions');
  await page.getByRole('button', { name: 'Add IP Range' }).first().click();
  const form = page.getByRole('dialog', { name: 'Add IP Range' });
  await form.getByRole('textbox', { name: 'IP address or CIDR range' }).fill('203.0.113.0/24');
  await form.getByRole('button', { name: 'Rehearse…' }).click();
  const result = await commandLine('--ip-add', '203.0.113.0/24');
  expect(result.byReason['ip.denied']).toBeGreaterThan(0);
  await expectFigures(result);
  await closeRehearsal();
  // The form is still there.
  expect(await form.getByRole('button', { name: 'Rehearse…' }).isEnabled()).toBe(true);
  await page.keyboard.press('Escape');
  await form.waitFor({ state: 'hidden' });
});

describe('a token', () => {
  const name = 'Time clock terminals';
  const details = () => page.getByRole('dialog', { name, exact: true });
  let id: string;

  beforeAll(async () => {
    const tokens = await gatehouseJson<{ id: string; name: string }[]>('token', 'list', '--db', file);
    id = tokens.find((token) => token.name === name)?.id ?? '';
    await openTab(page, 'API Tokens');
    await page.getByRole('button', { name, exact: true }).click();
  });

  test('is rehearsed with the scope in its form, and the form stays', async () => {
    await details().getByRole('button', { name: 'Edit', exact: true }).click();
    const form = page.getByRole('dialog', { name: `Edit ${name}` });
    await form.getByRole('radio', { name: 'Read-Only' }).click();
    await form.getByRole('button', { name: 'Rehearse…' }).click();
    const result = await commandLine('--token', id, '--scope', 'read-only');
    expect(result.wouldDeny).toBeGreaterThan(0);
    await expectFigures(result);
    await closeRehearsal();
    await form.getByText('Changed: scope').waitFor();
    await form.getByRole('button', { name: 'Review changes' }).click();
    await form.getByRole('button', { name: 'Rehearse…' }).click();
    await expectFigures(result);
    await closeRehearsal();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Discard it' }).click();
    await form.waitFor({ state: 'hidden' });
  });

  test('is rehearsed switched off, and revoked', async () => {
    await details().getByRole('button', { name: 'Rehearse switching off…' }).click();
    await expectFigures(await commandLine('--token', id, '--disable'));
    await closeRehearsal();
    await details().getByRole('button', { name: 'Revoke', exact: true }).click();
    const confirm = page.getByRole('dialog', { name: `Revoke ${name}?` });
    await confirm.getByRole('button', { name: 'Rehearse…' }).click();
    await expectFigures(await commandLine('--revoke', id));
    await closeRehearsal();
    await confirm.getByRole('button', { name: 'Keep it' }).click();
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'hidden' });
  });

  test('is rehearsed revoked together with another', async () => {
    for (const each of [name, 'Payroll export'])
      await page.getByRole('checkbox', { name: `Select ${each}` }).check();
    await page.getByRole('button', { name: 'Revoke 2 tokens…' }).click();
    const confirm = page.getByRole('dialog', { name: 'Revoke 2 tokens?' });
    await confirm.getByRole('button', { name: 'Rehearse…' }).click();
    await found().waitFor();
    await rehearsal().getByRole('tab', { name: 'Tokens (2)' }).waitFor();
    await closeRehearsal();
    await confirm.getByRole('button', { name: 'Keep them' }).click();
  });
});

test('no script of the page failed on the way', () => {
  expect(complaints).toEqual([]);
});
