import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Browser, Download, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/base/clock.ts';
import type { LogManifest } from '../../src/features/logs/contract.ts';
import type { LogRecord } from '../../src/features/logs/record.ts';
import { makeRecord, openJournalOf } from '../../src/features/logs/testing.ts';
import { seriousFaults } from '../support/accessibility.ts';
import { startBrowser } from '../support/browser.ts';
import { gatehouse, gatehouseJson, type LoggedRow, type Serving, serve } from '../support/gatehouse.ts';
import { button, openTab } from '../support/main-job.ts';

/** The log explorer over rows that are known, as its user sees it. */
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-logs-'));
const file = join(folder, 'instance.db');
let serving: Serving;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

/** A row a minute, the newest a minute old. */
const ROWS = 3_000;
const START = Math.floor(Date.now() / MINUTE) * MINUTE - ROWS * MINUTE;
const TOKENS = [
  { tokenId: '0190f3c0-0000-7000-8000-000000000001', tokenName: 'Payroll, Berlin' },
  { tokenId: '0190f3c0-0000-7000-8000-000000000002', tokenName: 'Time clocks' },
];
const ANSWERS = [
  { status: 200, reason: null },
  { status: 200, reason: null },
  { status: 429, reason: 'limit.hour' },
  { status: 403, reason: 'scope.endpoint' },
] as const;
/** By its number, what a row is: a quarter of them limited, a quarter denied, half of them of each token. */
const rowOf = (n: number): LogRecord =>
  makeRecord({
    time: START + n * MINUTE,
    ...(TOKENS[Math.floor(n / 4) % 2] as (typeof TOKENS)[number]),
    ...(ANSWERS[n % 4] as (typeof ANSWERS)[number]),
    path: `/v1/shifts/${n}`,
    endpoint: 'GET /v1/shifts/{id}',
    address: `203.0.113.${n % 7}`,
    durationMs: n % 500,
    userAgent: n === 17 ? 'needle in a haystack/1' : 'test/1',
  });

const grid = () => page.getByRole('grid', { name: 'API log' });
const query = () => page.getByRole('combobox', { name: 'Query' });
const total = (words: string) => page.getByRole('status').filter({ hasText: new RegExp(`^${words}$`) });
const chip = (text: string) => page.locator(`[data-chip=${JSON.stringify(text)}]`);
const facet = (name: string) => page.getByRole('region', { name, exact: true });
const plot = () => page.getByRole('slider', { name: /^Requests over time/ });
const route = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1]);
const details = () => page.getByRole('dialog', { name: /^Request/ });
const firstRow = () => grid().getByRole('row').nth(1);

async function show(params: Record<string, string> = {}): Promise<void> {
  await page.goto(`${serving.admin}/#/logs?${new URLSearchParams(params)}`);
  await page.getByRole('heading', { level: 1, name: 'API Logs' }).waitFor();
  await page.locator('main[aria-busy="false"]').waitFor();
}

/** The files that an action saves. */
async function savedBy(count: number, act: () => Promise<void>): Promise<Download[]> {
  const saved: Download[] = [];
  const all = new Promise<void>((resolve) => {
    page.on('download', (download) => saved.push(download) === count && resolve());
  });
  await act();
  await all;
  page.removeAllListeners('download');
  return saved;
}

beforeAll(async () => {
  expect((await gatehouse('user', 'add', 'ada@example.org', '--name', 'Ada', '--db', file)).code).toBe(0);
  const journal = openJournalOf(file);
  await Promise.all(Array.from({ length: ROWS }, (_, n) => journal.append(rowOf(n))));
  await journal.close();
  [serving, browser] = await Promise.all([serve(file), startBrowser()]);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    timezoneId: 'Europe/Berlin',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(serving.signIn);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await openTab(page, 'API Logs');
});

afterAll(async () => {
  await browser?.close();
  await serving?.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

test('shows how many rows there are, over time and by outcome', async () => {
  await total('3,000 requests').waitFor();
  await page.getByRole('list', { name: 'Outcomes' }).getByRole('button', { name: 'Limited 750' }).waitFor();
  await firstRow()
    .filter({ hasText: `/v1/shifts/${ROWS - 1}` })
    .waitFor();
});

describe('the query', () => {
  beforeEach(() => show());

  test('is reached by /, offers fields and the values that the log has, and asks at Enter', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('tok');
    await page.getByRole('option', { name: /^token:/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.getByRole('option', { name: 'Time clocks 1,500' }).click();
    await total('1,500 requests').waitFor();
    await page.keyboard.type('status:429');
    await page.keyboard.press('Enter');
    await total('375 requests').waitFor();
    expect(route().get('q')).toBe(`token:${TOKENS[1]?.tokenId} status:429`);
    await chip(`token:${TOKENS[1]?.tokenId}`).filter({ hasText: 'Time clocks' }).waitFor();
  });

  test('a term is edited, excluded and removed, by mouse and by keyboard', async () => {
    await show({ q: 'status:429 token:"Time clocks"' });
    await total('375 requests').waitFor();
    await button(page, 'Exclude status:429').click();
    await total('1,125 requests').waitFor();
    await chip('-status:429').focus();
    await page.keyboard.press('-');
    await total('375 requests').waitFor();
    await chip('status:429').click();
    await query().fill('status:403');
    await query().press('Enter');
    await total('375 requests').waitFor();
    expect(route().get('q')).toBe('status:403 token:"Time clocks"');
    await query().press('ArrowLeft');
    await page.keyboard.press('Delete');
    await total('750 requests').waitFor();
    await button(page, 'Remove status:403').click();
    await total('3,000 requests').waitFor();
  });

  test('says what is wrong with it and where, and asks nothing', async () => {
    await query().fill('ms:>slow');
    await query().press('Enter');
    await page.getByRole('alert').filter({ hasText: 'milliseconds' }).waitFor();
    expect(await query().getAttribute('aria-invalid')).toBe('true');
    expect(route().get('q')).toBeNull();
    await show({ q: 'stat:429' });
    await page.getByText('The query cannot be read').waitFor();
    await page.getByRole('alert').filter({ hasText: 'status' }).waitFor();
    // Counts of another query stay beside it no longer.
    expect(await facet('Status').count()).toBe(0);
  });

  test('back and forward go through what was asked, and reload asks it again', async () => {
    await show({ q: 'status:429' });
    await total('750 requests').waitFor();
    await query().fill('path:/v1/shifts/2');
    await query().press('Enter');
    await total('1 request').waitFor();
    await page.goBack();
    await total('750 requests').waitFor();
    await page.goForward();
    await total('1 request').waitFor();
    await page.reload();
    await total('1 request').waitFor();
    await chip('path:/v1/shifts/2').waitFor();
  });

  test('a link of an earlier version asks the same, in the new language', async () => {
    await show({ token: TOKENS[0]?.tokenId ?? '', status: '4xx' });
    await total('750 requests').waitFor();
    await page.waitForURL(/\?q=/);
    expect(route().get('q')).toBe(`token:${TOKENS[0]?.tokenId} status:4xx`);
    expect(route().has('token')).toBe(false);
  });

  test('finds a text anywhere in the requests', async () => {
    await query().fill('haystack');
    await query().press('Enter');
    await total('1 request').waitFor();
    await firstRow().filter({ hasText: '/v1/shifts/17' }).waitFor();
  });
});

test('a search that reads the rows says how far it is, is stopped, and goes on', async () => {
  let asked = 0;
  // Each answer has found nothing, and is ten minutes further.
  await page.route('**/rpc/logs/query', async (route) => {
    asked++;
    const searchedTo = new Date(START + (ROWS - asked * 10) * MINUTE).toISOString();
    await wait(100);
    await route.fulfill({
      json: { json: { items: [], nextCursor: 'further', searchedTo }, meta: [[1, 'searchedTo']] },
    });
  });
  await page.goto(`${serving.admin}/#/logs?q=nowhere`);
  await page.getByText('Nothing found yet, the search goes on').waitFor();
  const progress = page.getByRole('status').filter({ hasText: /^Searched back to .*…/ });
  await progress.getByRole('progressbar', { name: 'Searched' }).waitFor();
  await progress.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('Nothing found so far').waitFor();
  const before = asked;
  await button(page, 'Go on').click();
  await progress.waitFor();
  await expect.poll(() => asked).toBeGreaterThan(before + 1);
  await page.unrouteAll({ behavior: 'wait' });
  await show();
});

describe('facets', () => {
  beforeEach(() => show());

  test('a click shows only a value, beside it another, and a second click takes it back', async () => {
    await facet('Status').getByRole('button', { name: /^429/ }).click();
    await total('750 requests').waitFor();
    // What could be chosen instead is still there, with its count.
    await facet('Status')
      .getByRole('button', { name: /^403 Forbidden 750/ })
      .click();
    await total('1,500 requests').waitFor();
    expect(route().get('q')).toBe('status:429,403');
    await facet('Status')
      .getByRole('button', { name: /429 Too Many/, pressed: true })
      .click();
    await total('750 requests').waitFor();
    expect(route().get('q')).toBe('status:403');
  });

  test('Alt-click, or the button, leaves a value out', async () => {
    await facet('Token')
      .getByRole('button', { name: /^Payroll, Berlin/ })
      .click({ modifiers: ['Alt'] });
    await total('1,500 requests').waitFor();
    await facet('Reason').getByRole('button', { name: 'Leave out Hourly limit reached' }).click();
    await total('1,125 requests').waitFor();
    expect(route().get('q')).toBe(`-token:${TOKENS[0]?.tokenId} -reason:limit.hour`);
  });

  test('the others are behind More, where one is found by typing', async () => {
    await facet('Address').getByRole('button', { name: /^More/ }).click();
    await facet('Address').getByRole('textbox', { name: 'Find in Address' }).fill('113.6');
    await facet('Address')
      .getByRole('button', { name: /^203\.0\.113\.6/ })
      .click();
    await chip('address:203.0.113.6').waitFor();
  });
});

describe('the histogram', () => {
  beforeEach(() => show());

  test('dragging over it shows that time, back shows all again, and zooming out shows more', async () => {
    const box = await plot().boundingBox();
    if (box === null) throw new Error('the histogram is not shown');
    await page.mouse.move(box.x + box.width * 0.25, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 10, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/from=/);
    await total('3,000 requests').waitFor({ state: 'hidden' });
    const [from, to] = [Date.parse(route().get('from') ?? ''), Date.parse(route().get('to') ?? '')];
    const rows = Math.ceil((to - START) / MINUTE) - Math.ceil((from - START) / MINUTE);
    await total(`${rows.toLocaleString('en')} requests`).waitFor();
    await button(page, 'Zoom out').click();
    await page.waitForURL(
      (url) => !url.hash.includes(`from=${encodeURIComponent(new Date(from).toISOString())}`),
    );
    await page.goBack();
    await page.goBack();
    await total('3,000 requests').waitFor();
  });

  test('arrow keys with Shift choose a stretch and say it, Enter shows it', async () => {
    await plot().focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 4; step++) await page.keyboard.press('Shift+ArrowRight');
    expect(await plot().getAttribute('aria-valuetext')).toMatch(/ – .*: \d[\d,]* requests$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=/);
    expect(route().get('to')).not.toBeNull();
  });
});

describe('the list', () => {
  test('goes on as it is scrolled, to the last row, by keyboard too', async () => {
    await show();
    await grid().focus();
    // Each End goes to the end of what is loaded, which loads more.
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End');
          return grid()
            .getByText('/v1/shifts/0', { exact: false })
            .last()
            .textContent({ timeout: 1_000 })
            .catch(() => '');
        },
        { timeout: 30_000 },
      )
      .toContain('/v1/shifts/0');
    await grid().getByText('The log has nothing older that matches.').waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await details()
      .getByText(`/v1/shifts/${ROWS - 1}`)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await details().waitFor({ state: 'hidden' });
  });

  test('begins with the oldest where that is asked for', async () => {
    await show();
    await grid().getByRole('button', { name: 'Time' }).click();
    await firstRow().getByText('/v1/shifts/0').waitFor();
    expect(route().get('order')).toBe('oldest');
  });

  test('has the columns that are chosen, in their order, and the clock that is', async () => {
    await show({ q: 'path:/v1/shifts/17' });
    await button(page, 'Columns').click();
    await page.getByRole('checkbox', { name: 'Client' }).click();
    await page.getByRole('checkbox', { name: 'Token' }).click();
    await button(page, 'Move Client to the left').click();
    await page.keyboard.press('Escape');
    const heads = await grid().getByRole('columnheader').allTextContents();
    expect(heads.slice(-2)).toEqual(['Client', 'Reason']);
    expect(heads).not.toContain('Token');
    await page.getByText('UTC', { exact: true }).click();
    const time = new Date(START + 17 * MINUTE).toISOString().slice(11, 23);
    await firstRow().getByText(time).waitFor();
    await page.reload();
    await firstRow().getByText('needle in a haystack/1').waitFor();
    await firstRow().getByText(time).waitFor();
  });
});

describe('the details of a request', () => {
  test('have what arrived around it, whatever the filter, and go there', async () => {
    await show({ q: 'path:/v1/shifts/17' });
    await firstRow().click();
    const around = details().getByRole('region', { name: 'At the same time' });
    await expect.poll(() => around.getByRole('listitem').count()).toBe(9);
    await around.getByRole('button', { name: /shifts\/18/ }).click();
    await details().locator('dt:text-is("Request") + dd').filter({ hasText: '/v1/shifts/18' }).waitFor();
  });

  test('make a filter of a value, or of all others', async () => {
    await show({ q: 'status:429' });
    await firstRow().click();
    await details().getByRole('button', { name: 'Leave out the address' }).first().click();
    await details().waitFor({ state: 'hidden' });
    expect(route().get('q')).toMatch(/^status:429 -address:203\.0\.113\.\d$/);
    await firstRow().click();
    await details()
      .getByRole('button', { name: /^Show only the token/ })
      .click();
    await total('\\d+ requests').waitFor();
    expect(route().get('q')).toMatch(/ token:0190f3c0/);
  });
});

describe('a view', () => {
  test('is saved under a name, opened, renamed, and deleted after a question', async () => {
    await show({ q: '-outcome:admitted', range: '24h', cols: 'time,status,reason' });
    await button(page, 'Views').click();
    await button(page, 'Save this view…').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('What failed today');
    await page.keyboard.press('Enter');
    await button(page, 'View: What failed today').waitFor();
    await show();
    await button(page, 'Views').click();
    await page.getByRole('button', { name: 'What failed today', exact: true }).click();
    await page.waitForURL(/cols=/);
    expect(Object.fromEntries(route())).toEqual({
      q: '-outcome:admitted',
      range: '24h',
      cols: 'time,status,reason',
    });
    await button(page, 'View: What failed today').click();
    await button(page, 'Rename What failed today').click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Failures');
    await button(page, 'Rename the view').click();
    await button(page, 'View: Failures').click();
    expect(await page.getByText('What failed today').count()).toBe(0);
    await button(page, 'Delete Failures').click();
    await page.getByRole('dialog', { name: 'Delete the view “Failures”?' }).waitFor();
    await button(page, 'Delete “Failures”').click();
    await button(page, 'Views').waitFor();
  });

  test('is a command line that prints the same rows', async () => {
    await show({
      q: 'status:429 token:"Payroll, Berlin"',
      from: new Date(START + 100 * MINUTE).toISOString(),
    });
    await button(page, 'Copy as command line').click();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toContain(`'status:429 token:"Payroll, Berlin"'`);
    const rows = await gatehouseJson<LoggedRow[]>(
      ...['logs', 'query', 'status:429 token:"Payroll, Berlin"', '--db', file],
      ...['--from', new Date(START + 100 * MINUTE).toISOString(), '--limit', '10000'],
    );
    await total(`${rows.length} requests`).waitFor();
  });
});

describe('the live tail', () => {
  const send = async (path: string) => (await fetch(`${serving.gateway}${path}`)).status;

  test('shows requests as they arrive, waits while it is paused or scrolled away, and goes on', async () => {
    await show();
    await button(page, 'Live').click();
    await page
      .getByRole('status')
      .filter({ hasText: /^Live: 200 requests$/ })
      .waitFor();
    expect(await send('/v1/live-one')).toBe(401);
    await firstRow().filter({ hasText: '/v1/live-one' }).waitFor();
    await button(page, 'Pause').click();
    expect(await send('/v1/live-two')).toBe(401);
    await button(page, '1 new').waitFor();
    expect(await firstRow().textContent()).toContain('/v1/live-one');
    await button(page, '1 new').click();
    await firstRow().filter({ hasText: '/v1/live-two' }).waitFor();
    await grid().evaluate((element) => element.scrollTo({ top: 2_000 }));
    await button(page, 'Go on').waitFor();
    expect(await send('/v1/live-three')).toBe(401);
    await button(page, '1 new').click();
    await firstRow().filter({ hasText: '/v1/live-three' }).waitFor();
  });

  test('shows only what fits the query', async () => {
    await show({ q: 'path:/v1/wanted*', live: '1' });
    await page.getByText('Nothing yet').waitFor();
    await send('/v1/other');
    await send('/v1/wanted/1');
    await firstRow().filter({ hasText: '/v1/wanted/1' }).waitFor();
    expect(await grid().getByText('/v1/other').count()).toBe(0);
  });

  test('says that its connection is lost, and joins again', async () => {
    await show({ live: '1' });
    await button(page, 'Pause').waitFor();
    const context = page.context();
    await context.setOffline(true);
    // What is under way goes on while offline; a new tail is refused.
    await button(page, 'Live').click();
    await button(page, 'Live').click();
    await page.getByRole('status').filter({ hasText: 'Connection lost, joining again…' }).waitFor();
    await context.setOffline(false);
    await page
      .getByRole('status')
      .filter({ hasText: /^Live: / })
      .waitFor();
  });
});

describe('an export', () => {
  const rowsOf = (text: string) => text.trimEnd().split('\n');

  test('is a file of what the filter lets through, compressed, and its manifest beside it', async () => {
    await show({ q: 'status:429' });
    await total('750 requests').waitFor();
    await button(page, 'Export…').click();
    await page.getByText('750 requests: everything').waitFor();
    await page.getByText('gzip', { exact: true }).click();
    const [exported, beside] = await savedBy(2, () => button(page, 'Export').last().click());
    await page.getByText('The log is exported').waitFor();
    expect(exported?.suggestedFilename()).toMatch(/\.ndjson\.gz$/);
    expect(beside?.suggestedFilename()).toBe(`${exported?.suggestedFilename()}.manifest.json`);
    const text = gunzipSync(readFileSync((await exported?.path()) ?? '')).toString();
    const manifest = JSON.parse(readFileSync((await beside?.path()) ?? '', 'utf8')) as LogManifest;
    expect(rowsOf(text)).toHaveLength(750);
    expect(manifest).toMatchObject({ rows: 750, format: 'ndjson', filter: { query: 'status:429' } });
  });

  test('that is cancelled leaves no file', async () => {
    await show();
    let saved = 0;
    page.on('download', () => saved++);
    await page.route('**/rpc/logs/download', () => undefined);
    await button(page, 'Export…').click();
    await button(page, 'Export').last().click();
    const going = page.getByRole('alert').filter({ hasText: 'Exporting the log' });
    await going.getByRole('button', { name: 'Cancel' }).click();
    await going.waitFor({ state: 'hidden' });
    await page.unroute('**/rpc/logs/download');
    expect(saved).toBe(0);
    page.removeAllListeners('download');
  });
});

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  beforeAll(async () => {
    await show();
    const toggle = button(page, `Use the ${theme} theme`);
    if (await toggle.isVisible()) await toggle.click();
    await page.locator(`html[data-mantine-color-scheme="${theme}"]`).waitFor();
  });

  test('the explorer with a query, its mistakes, menus and export has no serious accessibility fault', async () => {
    await show({ q: 'status:429 -token:"Time clocks" timeout', range: '7d' });
    expect(await seriousFaults(page)).toEqual([]);
    await query().fill('stat:1 ');
    await query().press('Enter');
    await page.getByRole('alert').filter({ hasText: 'there is no field' }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await query().fill('rea');
    await page.getByRole('option', { name: /^reason:/ }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await show({ q: 'status:429' });
    for (const [opener, opened] of [
      ['Views', page.getByText('Saved views')],
      ['Columns', page.getByRole('checkbox', { name: 'Client' })],
      ['Export…', page.getByRole('dialog', { name: 'Export the log' })],
      [/^Date range/, page.getByRole('button', { name: 'Last 6 hours' })],
    ] as const) {
      await button(page, opener).click();
      await opened.waitFor();
      expect(await seriousFaults(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await opened.waitFor({ state: 'hidden' });
    }
    await firstRow().click();
    await details().getByRole('region', { name: 'At the same time' }).getByRole('listitem').first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  test('at 1024 by 640 the facets open over the list, and nothing is out of the window', async () => {
    await page.setViewportSize({ width: 1024, height: 640 });
    await show();
    expect(await page.getByRole('complementary', { name: 'Facets' }).count()).toBe(0);
    await button(page, 'Facets').click();
    await facet('Status').getByRole('button', { name: /^429/ }).click();
    await total('750 requests').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await page.keyboard.press('Escape');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('at 200 % zoom nothing lies over the histogram', async () => {
    await page.setViewportSize({ width: 640, height: 400 });
    await show();
    const outcomes = await page.getByRole('list', { name: 'Outcomes' }).boundingBox();
    const bars = await plot().boundingBox();
    expect((outcomes?.y ?? 0) + (outcomes?.height ?? 0)).toBeLessThanOrEqual(bars?.y ?? 0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

test('no script of the page failed on the way', () => {
  expect(complaints).toEqual([]);
});
